"""How programs, cameras and libraries of pictures name their files: patterns, by language where words differ."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt.text.word_lists import words

__all__ = ["CAMERAS", "COPIES", "LIBRARIES", "NUMBERED", "PARTS", "SCREENSHOTS", "SUFFIXES", "TIMES", "UNNAMED"]


SUFFIXES = (
    r"jpe?g|jpe|png|gif|webp|avif|hei[cf]|jxl|svgz?|bmp|tiff?|jfif|raw|dng|cr[23]|nef|arw|ico|eps|psd|xcf|pdf"
    r"|mp4|m4v|mov|webm|avi"
)

CAMERAS = (
    # Digital cameras and phones: a prefix and a number, or a prefix and the time.
    r"(?:_?(?:IMG|DSC[NFT]?|MG)|[PS]?DSC|CIMG|PXL|MVIMG|VID|MOV|GOPR|GH0|DJI|FB_IMG|IMAG|SAM|WP|HPIM|MVI|KIF|PICT"
    r"|SANY|SNC|STA|100_|101_|BURST|PANO|LRM|LRV|RIMG|EOS|WIN|IMAGE|CAM|Scan|received|snapchat|signal|line)"
    r"[-_ ]?(?:E|WA|A)?\d{4,}(?:[-_.~(][\w.()~-]{0,80})?"
    r"|P\d{7}|\d{8}[-_]\d{4,9}(?:[-_][\w-]{0,40})?|(?:IMG|VID)-\d{8}-WA\d{4}"
    # Programs on computers and phones that take or pass on pictures.
    r"|(?:photo|video|image|document|file|grab|snip|snipaste|captur[ea]|screenrecording|screen[-_]?shot"
    r"|viber(?:_image)?"
    r"|kakaotalk|telegram(?:-cloud)?(?:-photo)?(?:-size)?|mmexport|wx_camera|whatsapp|camscanner|inshot|picsart"
    r"|snapseed"
    r"|vsco|lightroom|canva|polish|beautyplus|facetune|collage(?:maker)?|comfyui|midjourney|firefly|leonardo|dalle"
    r"|ideogram)(?:[-_]\d[-\d_. ]{3,40}\w{0,20}|_\w{0,12}\d{5,}\w{0,20})"
    r"|(?:微信|QQ|企业微信)(?:图片|截图|圖片|截圖)_?\d{6,20}(?:_\w{1,12})?"
    r"|Gemini_Generated_Image_\w{1,30}|ChatGPT Image .{4,40}|DALL[·-]E \d{4}-.{4,200}|Snapinsta\.app_\w{1,80}"
    r"|CamScanner \d{2}-\d{2}-\d{4}.{0,20}|Adobe Scan .{4,20}|Photo on \d.{4,30}|Photo \d\d-\d\d-\d{4},?.{4,20}"
    r"|WhatsApp Image \d{4}-\d\d-\d\d.{0,40}"
)

LIBRARIES = (
    r"(?:shutterstock|adobe ?stock|istock(?:photo)?|getty-?images?|depositphotos|dreamstime(?:_?(?:xs|s|m|l|xl|xxl))?"
    r"|123rf|alamy(?:-stock-photo)?|bigstock|fotolia|canstock(?:photo)?|pexels(?:-photo)?|pixabay|unsplash(?:-image)?"
    r"|freepik|vecteezy|stock-?(?:photo|vector|illustration)|pond5|stocksy|envato|eyeem|flickr|wikimedia|imgur|giphy"
    r"|ezgif|tumblr|pinterest|cropped|resized?|scaled|compressed|unnamed|download(?:ed)?|untitled|generated[-_]image"
    r"|canva|openart(?:-image)?)[-_]{1,2}[\w.-]{0,60}\d[\w.-]{0,60}"
    r"|(?:ezgif\.com|screencapture|unsplash-image|pexels|shutterstock|istockphoto|stock-photo)[-_][\w.-]{2,100}"
)
"""Libraries of pictures and sites that change them, with the number or the words that they add."""

UNNAMED: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"بدون (?:عنوان|اسم)|غير مسمى",
        "cs": r"bez názvu",
        "da": r"uden navn|ikke navngivet|unavngivet",
        "de": r"unbenannt(?:es)?(?: ?(?:bild|design|dokument))?|ohne titel|namenlos",
        "en": r"untitled(?:[ -](?:design|document|image|picture|artwork|project|drawing|presentation|diagram|photo))?"
        r"|unnamed(?: (?:file|image))?|new bitmap image|pasted (?:image|graphic)|image-?asset|clipart|screen ?grab|snip"
        r"|downloaded (?:image|file)|notion-untitled|(?:photo|picture) collage(?: maker)?|copy of untitled(?: design)?",
        "es": r"sin (?:título|titulo|nombre)|imagen (?:pegada|sin título)|diseño sin título",
        "fi": r"nimetön",
        "fr": r"sans (?:titre|nom)|image (?:collée|sans titre)|design sans titre",
        "hu": r"névtelen|cím nélkül",
        "id": r"tanpa (?:judul|nama)",
        "it": r"senza (?:titolo|nome)|immagine incollata|progetto senza titolo",
        "ja": r"無題(?:のデザイン)?|名称未設定|名前なし|新しいビットマップ イメージ|ペーストした画像",
        "ko": r"제목 ?없음|무제|이름 ?없음|붙여넣은 이미지",
        "nb": r"uten (?:navn|tittel)",
        "nl": r"naamloos(?: ontwerp)?|zonder titel|geplakte afbeelding",
        "pl": r"bez (?:nazwy|tytułu)",
        "pt": r"sem (?:título|titulo|nome)|imagem (?:colada|sem título)|design sem nome",
        "ro": r"fără (?:titlu|nume)",
        "ru": r"без (?:имени|названия)|безымянн(?:ый|ое)(?: изображение)?",
        "sv": r"namnlöst?|utan (?:titel|namn)",
        "tr": r"adsız(?: tasarım)?|başlıksız|isimsiz",
        "uk": r"без (?:назви|імені)|безіменний",
        "vi": r"không (?:có )?tiêu đề|chưa đặt tên",
        "zh": r"未命名(?:的?(?:设计|設計|图片))?|无标题|無標題|新建位图图像",
    }
)
"""What programs call a file that nobody has named yet; a number may follow."""

SCREENSHOTS: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"لقطة(?: ال)? ?شاشة|لقطة الشاشة",
        "bg": r"екранна снимка|снимка на екрана",
        "ca": r"captura de pantalla",
        "cs": r"(?:snímek|záběr|zrzut) obrazovky",
        "da": r"skærmbillede|skærmdump",
        "de": r"bildschirm(?:foto|aufnahme|ausdruck)",
        "el": r"στιγμιότυπο(?: οθόνης)?",
        "en": r"screen ?shots?|screen ?capture|cleanshot|screen recording",
        "es": r"captura de (?:la )?pantalla|pantallazo",
        "et": r"kuvatõmmis|ekraanipilt",
        "fi": r"näyttökuva|kuvakaappaus|ruutukaappaus",
        "fr": r"(?:capture|copie) d['’]\s?[ée]cran",
        "he": r"צילום מסך",
        "hi": r"स्क्रीनशॉट",
        "hr": r"snimka zaslona|slika zaslona",
        "hu": r"képernyő(?:kép|fotó|felvétel)",
        "id": r"(?:tangkapan|cuplikan) layar",
        "it": r"schermata|istantanea dello schermo|cattura (?:di )?schermo",
        "ja": r"スクリーンショット|スクショ|画面キャプチャ|スクリーンキャプチャ",
        "ko": r"스크린 ?샷|화면 ?캡처",
        "nb": r"skjermbilde|skjermdump",
        "nl": r"scherm(?:afbeelding|opname|afdruk|foto|schot)",
        "pl": r"zrzut ekranu",
        "pt": r"captura de (?:tela|ecr[ãa])",
        "ro": r"captură de ecran",
        "ru": r"снимок экрана|скриншот",
        "sk": r"snímka obrazovky",
        "sv": r"skärm(?:avbild|bild|dump|klipp)",
        "th": r"ภาพหน้าจอ|ภาพถ่ายหน้าจอ|สกรีนช็อต",
        "tr": r"ekran (?:resmi|görüntüsü|alıntısı)",
        "uk": r"знімок екрана|скріншот",
        "vi": r"ảnh chụp màn hình",
        "zh": r"截屏|截图|截圖|屏幕(?:截图|快照)|螢幕(?:截圖|快照|擷取畫面)|屏幕截屏|微信截图",
    }
)
"""What systems call a screenshot; a time or a number may follow."""

TIMES = words(
    "um vom at from on à a las les alle del às as om kl kello klo o godz i v w da de la uhr h m s am pm bis x"
    " в от від о год г копия ساعة في 오전 오후 年 月 日 時 时 分 秒 点 點 上午 下午 午前 午後"
    " jan feb mar apr may jun jul aug sep sept oct nov dec"
)
"""Words between the numbers of a time, as in the name of a screenshot."""

NUMBERED: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"صورة|الصورة|شكل|الشكل|شريحة",
        "cs": r"obr(?:ázek|\.)?|fotka|snímek|foto",
        "da": r"billede|foto|figur",
        "de": r"bild|foto|abb(?:ildung|\.)?|grafik|datei|folie|beispielbild|figur",
        "el": r"εικόνα|φωτογραφία|σχήμα",
        "en": r"image|img|photo|picture|pic|figure|fig\.?|scan|file|slide|graphic|thumbnail|thumb|banner|logo|icon"
        r"|clipboard|attachment|asset|artboard|frame|group|rectangle|layer|unsplash|gallery|hero|avatar|bg|screenshot"
        r"|chart|diagram|illustration|gif|bitmap|vector|placeholder|item|product|card|slider|carousel|tile|shape"
        r"|texture|background|header|untitled|capture",
        "es": r"imagen|foto|figura|gráfico|diapositiva|lámina|captura",
        "fi": r"kuva|kuvio|valokuva",
        "fr": r"image|photo|figure|illustration|diapositive|visuel",
        "he": r"תמונה|איור",
        "hi": r"चित्र|छवि|फोटो",
        "hr": r"slika|fotografija",
        "hu": r"kép|ábra|fotó",
        "id": r"gambar|foto",
        "it": r"immagine|foto|figura|diapositiva|grafico|cattura",
        "ja": r"画像|写真|図|イメージ|スライド|イラスト|図表",
        "ko": r"이미지|사진|그림|슬라이드|도표|캡처",
        "nb": r"bilde|foto|figur|lysbilde",
        "nl": r"afbeelding|foto|figuur|plaatje",
        "pl": r"obraz(?:ek)?|zdjęcie|rysunek|rys\.?|slajd",
        "pt": r"imagem|foto|figura|gráfico|slide",
        "ro": r"imagine|fotografie|figura|poza",
        "ru": r"изображение|фото|рисунок|рис\.?|картинка|слайд|снимок",
        "sv": r"bild|foto|figur",
        "th": r"รูปภาพ|รูปที่|รูป|ภาพที่|ภาพ",
        "tr": r"resim|görsel|fotoğraf|şekil|görüntü",
        "uk": r"зображення|фото|рисунок|малюнок|слайд",
        "vi": r"hình ảnh|ảnh|hình",
        "zh": r"图片|图像|照片|图|圖片|圖像|圖|相片|插图|幻灯片",
    }
)
"""Words before a number, which together name a file or a place in a list."""

COPIES = (
    r"[-_ ]{1,2}(?:copy|copie|kopie|copia|cópia|kopia|kopi|kopio|копия|копія|副本|コピー|복사본|final|finale"
    r"|edit(?:ed)?"
    r"|scaled|cropped|crop|rotated|resized?|small|medium|large|thumb(?:nail)?|full|min|web|new|neu|old|optimi[sz]ed"
    r"|compressed|v\d{1,3}|e\d{6,14}|\d{1,4}|\d{2,5}x\d{2,5}|@\dx)|[-_ ]?\(\d{1,4}\)|@\dx"
)
"""What is added to the name of a file behind its end."""

PARTS = words(
    "image img images photo photos picture pic pics banner hero header footer bg background thumb thumbnail logo"
    " icon"
    " icn avatar screenshot scan slide slider carousel card gallery cover poster featured preview mockup graphic"
    " illustration final copy edit edited draft web desktop mobile tablet retina scaled cropped resized compressed"
    " optimized placeholder sprite asset assets render sm md lg xl btn button page home homepage landing intro"
    " bild foto grafik titelbild hintergrund imagen portada fondo immagine sfondo imagem fundo capa afbeelding"
    " jpg jpeg png gif svg webp"
)
"""Parts of a name joined by hyphens that say that it is one of a file."""
