"""What stands in place of a description that nobody wrote: failures F30 and F39 of WCAG's techniques.

`ALONE` are texts as wholes, in lower case, `QUALIFIERS` and `PICTURES` the two parts of "hero image", `ASKING` what
fields and templates ask for, and `UNFILLED` the syntax of templates whose values are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ALONE", "ASKING", "MILD", "MILD_QUALIFIERS", "PICTURES", "QUALIFIERS", "UNFILLED"]


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(",") if phrase.strip())


ALONE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "en": _phrases(
            "image, images, img, picture, pictures, pic, pics, photo, photograph, photos, graphic, graphics, icon,"
            " logo,"
            "chart, graph, diagram, screenshot, screen shot, screenshots, figure, fig, illustration, untitled,"
            " placeholder,"
            "spacer, thumbnail, thumb, banner, avatar, null, none, undefined, nan, nil, false, true, todo, to do,"
            " tbd, tba,"
            "fixme, alt, blank, empty, unknown, n/a, na, xxx, xx, test, testing, decorative, decoration,"
            " description, caption,"
            "text, title, background, bg, hero, header, preview, divider, separator, spacer gif, blank gif, pixel,"
            "tracking pixel, transparent, transparent pixel, 1x1, file, filename, file name, default, sample,"
            " example, dummy,"
            "demo, lorem, lorem ipsum, foo, foobar, asdf, qwerty, abc, blah, blah blah, stuff, thing,"
            " something,"
            "jpg, jpeg, png, svg, webp, bmp, tiff, clipart, clip art, infographic, cover, featured, unnamed, noname,"
            "alt text, alt-text, alttext, alternate text, alternative text, alt tag, alt attribute, alternative"
            " description,"
            "image description, picture description, photo description, image alt, image alt text, image caption,"
            " image title, image preview, photo preview,"
            "image text, image name, img alt, card image cap, card image, no description, no alt text, no alt, no text,"
            "no caption, no title, no image, no photo, no picture, no picture available, no image available,"
            "image not available, image not found, image missing, missing image, image unavailable, image coming soon,"
            "photo coming soon, coming soon, no image found, no photo available, broken image, image error, loading,"
            " loading...,"
            "missing alt, missing alt text, see caption, see below, see above, see text, see title, see description,"
            "see image, see figure, refer to caption, refer to text, as described in the text, described in text,"
            "described in caption, description below, an image, a picture, a photo, some image, some picture, the"
            " image,"
            "this image, this is an image, this is a picture, this is a photo, this is image, image here, picture here,"
            "photo here, text here, a description of the image, description of the image, description of image,"
            "a description, description of picture, image of, picture of, photo of, a photo of, an image of, a"
            " picture of,"
            "an image showing, image showing, picture showing, this is an image of, photo of photo, image of image,"
            "picture of picture, image of a picture, image of a photo, photo of an image, image with text,"
            " decorative graphic,"
            "purely decorative, hero shot, stock photo, generic image, image may contain, click here, click to enlarge,"
            "click image, click to view, alt goes here, object object, no name, insert, generated image"
        ),
        "de": _phrases(
            "bild, bilder, foto, fotos, abbildung, grafik, grafiken, platzhalter, platzhalterbild, hintergrundbild,"
            " hintergrund,"
            "titelbild, vorschaubild, vorschau, beitragsbild, artikelbild, produktbild, produktfoto, headerbild,"
            " kopfbild,"
            "symbolbild, beispielbild, testbild, teaserbild, sliderbild, galeriebild, bannerbild, startbild,"
            " artikelfoto,"
            "diagramm, schaubild, symbol, icon, logo, skizze, zeichnung, illustration, miniaturbild,"
            " miniaturansicht, ohne,"
            "bildbeschreibung, beschreibung, alternativtext, alternativer text, alt-text, alttext, kein alternativtext,"
            "kein bild, kein foto, keine beschreibung, bild folgt, foto folgt, bild nicht verfügbar, bild fehlt,"
            "ein bild, ein foto, das bild, das ist ein bild, dies ist ein bild, bild von, foto von, bildunterschrift,"
            "siehe text, siehe bildunterschrift, siehe oben, siehe unten, dekorativ, dekoratives bild, dekobild,"
            " schmuckbild,"
            "schmuckgrafik, kein text, unbekannt, leer, aufnahme, fotografie, bildschirmfoto, bildtitel, bildname,"
            r" banner"
        ),
        "fr": _phrases(
            "image, images, photo, photos, photographie, graphique, schéma, diagramme, figure, illustration, icône,"
            " icone, logo,"
            "visuel, vignette, miniature, aperçu, bannière, image de fond, arrière-plan, fond, image d'arrière-plan,"
            "image de couverture, couverture, image à la une, image principale, image du produit, image produit,"
            " photo du produit,"
            "image d'illustration, photo d'illustration, image décorative, décoratif, décorative, texte alternatif,"
            " texte,"
            "description, description de l'image, légende, titre, titre de l'image, pas d'image, aucune image, image"
            " manquante,"
            "image non disponible, image indisponible, sans description, pas de description, une image, une photo,"
            " l'image,"
            "ceci est une image, c'est une image, image de, photo de, à venir, voir légende, voir texte, vide,"
            " inconnu, exemple"
        ),
        "es": _phrases(
            "imagen, imágenes, imagenes, foto, fotos, fotografía, fotografia, gráfico, grafico, gráfica, diagrama,"
            " figura,"
            "ilustración, icono, ícono, logotipo, logo, miniatura, portada, fondo, cabecera, vista previa,"
            " previsualización,"
            "imagen de producto, imagen del producto, imagen principal, imagen destacada, imagen decorativa,"
            " decorativo,"
            "decorativa, texto alternativo, texto, descripción, descripcion, descripción de la imagen, título, leyenda,"
            "sin imagen, sin foto, sin descripción, imagen no disponible, no hay imagen, no disponible, una imagen,"
            " una foto,"
            "la imagen, esto es una imagen, esta es una imagen, imagen de, foto de, imagen aquí, ver pie de foto,"
            " ver texto,"
            "vacío, desconocido, ejemplo, prueba, imagen de prueba, imagen de ejemplo, imagen de muestra, marcador"
            " de posición"
        ),
        "it": _phrases(
            "immagine, immagini, foto, fotografia, grafico, diagramma, figura, illustrazione, icona, logo,"
            " miniatura, anteprima,"
            "copertina, sfondo, immagine di sfondo, immagine di copertina, immagine del prodotto, immagine prodotto,"
            "immagine in evidenza, immagine principale, immagine decorativa, decorativo, decorativa, testo"
            " alternativo, testo,"
            "descrizione, descrizione immagine, descrizione dell'immagine, didascalia, titolo, nessuna immagine,"
            " nessuna foto,"
            "nessuna descrizione, immagine non disponibile, immagine mancante, un'immagine, una foto, l'immagine,"
            "questa è un'immagine, immagine di, foto di, vedi didascalia, vuoto, sconosciuto, esempio, prova,"
            " segnaposto"
        ),
        "pt": _phrases(
            "imagem, imagens, foto, fotos, fotografia, gráfico, diagrama, figura, ilustração, ícone, logotipo, logo,"
            " logomarca,"
            "miniatura, capa, fundo, pré-visualização, imagem do produto, imagem de destaque, imagem destacada,"
            "imagem principal, imagem decorativa, decorativo, decorativa, texto alternativo, texto, descrição,"
            " descricao,"
            "descrição da imagem, legenda, título, sem imagem, sem foto, sem descrição, imagem não disponível,"
            "imagem indisponível, nenhuma imagem, uma imagem, uma foto, a imagem, isto é uma imagem, imagem de, foto"
            " de,"
            "ver legenda, vazio, desconhecido, exemplo, teste, imagem de teste, espaço reservado"
        ),
        "nl": _phrases(
            "afbeelding, afbeeldingen, foto, foto's, plaatje, grafiek, diagram, figuur, illustratie, pictogram,"
            " icoon, logo,"
            "miniatuur, achtergrond, achtergrondafbeelding, omslagfoto, omslag, voorbeeld, uitgelichte afbeelding,"
            "productafbeelding, productfoto, decoratief, decoratieve afbeelding, alternatieve tekst, alt-tekst,"
            " alttekst, tekst,"
            "beschrijving, omschrijving, afbeelding beschrijving, bijschrift, titel, geen afbeelding, geen foto,"
            "geen beschrijving, afbeelding niet beschikbaar, een afbeelding, een foto, de afbeelding, dit is een"
            " afbeelding,"
            "afbeelding van, foto van, zie bijschrift, leeg, onbekend, tijdelijke aanduiding, headerafbeelding"
        ),
        "sv": _phrases(
            "bild, bilder, foto, fotografi, diagram, graf, figur, illustration, ikon, logotyp, logga, miniatyr,"
            " bakgrund,"
            "bakgrundsbild, omslagsbild, produktbild, utvald bild, dekorativ, dekorativ bild, alternativ text,"
            " alt-text,"
            "bildtext, bildbeskrivning, beskrivning, rubrik, ingen bild, bild saknas, ingen beskrivning, en bild,"
            " ett foto,"
            "bilden, detta är en bild, det här är en bild, bild på, bild av, se bildtext, platshållare, profilbild,"
            " okänd, tom"
        ),
        "da": _phrases(
            "billede, billeder, foto, fotografi, diagram, graf, figur, illustration, ikon, logo, miniature, baggrund,"
            "baggrundsbillede, coverbillede, produktbillede, fremhævet billede, dekorativt, dekorativt billede,"
            " alternativ tekst,"
            "alt-tekst, billedtekst, billedbeskrivelse, beskrivelse, intet billede, ingen beskrivelse, et billede,"
            "dette er et billede, billede af, pladsholder, profilbillede, ukendt"
        ),
        "nb": _phrases(
            "bilde, bilder, foto, fotografi, diagram, graf, figur, illustrasjon, ikon, logo, miniatyrbilde, bakgrunn,"
            "bakgrunnsbilde, forsidebilde, produktbilde, fremhevet bilde, dekorativt, dekorativt bilde, alternativ"
            " tekst,"
            "alt-tekst, bildetekst, bildebeskrivelse, beskrivelse, ingen bilde, ingen beskrivelse, et bilde, dette"
            " er et bilde,"
            "bilde av, plassholder, profilbilde, ukjent"
        ),
        "fi": _phrases(
            "kuva, kuvat, valokuva, kaavio, kuvio, kuvituskuva, kuvake, logo, pikkukuva, tausta, taustakuva, kansikuva,"
            "tuotekuva, artikkelikuva, koristeellinen, koristekuva, vaihtoehtoinen teksti, alt-teksti, kuvateksti,"
            "kuvan kuvaus, kuvaus, otsikko, ei kuvaa, kuva puuttuu, ei kuvausta, tämä on kuva, paikkamerkki,"
            " profiilikuva"
        ),
        "pl": _phrases(
            "zdjęcie, zdjecie, zdjęcia, obraz, obrazek, grafika, fotografia, foto, wykres, diagram, rysunek,"
            " ilustracja, ikona,"
            "logo, miniatura, miniaturka, tło, zdjęcie profilowe, zdjęcie w tle, zdjęcie produktu, zdjęcie główne,"
            "obrazek wyróżniający, okładka, baner, dekoracyjny, obraz dekoracyjny, tekst alternatywny, tekst, opis,"
            "opis obrazu, opis zdjęcia, podpis, tytuł, brak, brak zdjęcia, brak obrazka, brak opisu, to jest"
            " zdjęcie, puste"
        ),
        "cs": _phrases(
            "obrázek, obrazek, obrázky, obr, fotografie, fotka, foto, graf, diagram, schéma, ilustrace, ilustrační"
            " foto, ikona,"
            "logo, miniatura, náhled, pozadí, úvodní obrázek, titulní obrázek, obrázek produktu, profilový obrázek,"
            "profilová fotka, dekorativní, dekorativní obrázek, alternativní text, text, popis, popis obrázku,"
            " popisek, název,"
            "bez obrázku, bez popisu, obrázek není k dispozici, toto je obrázek, neznámý"
        ),
        "hu": _phrases(
            "kép, képek, fotó, fénykép, ábra, grafikon, ikon, logó, háttér, háttérkép, leírás, nincs kép, borítókép"
        ),
        "ro": _phrases(
            "imagine, imagini, poză, poza, fotografie, grafic, diagramă, ilustrație, pictogramă, siglă,"
            " descriere, fundal"
        ),
        "hr": _phrases(
            "slika, slike, fotografija, graf, dijagram, ikona, logotip, pozadina, opis, opis slike, nema"
            r" slike"
        ),
        "el": _phrases(
            "εικόνα, εικόνες, φωτογραφία, διάγραμμα, γράφημα, εικονίδιο, λογότυπο, φόντο, περιγραφή, χωρίς εικόνα"
        ),
        "tr": _phrases(
            "resim, görsel, fotoğraf, foto, görüntü, grafik, diyagram, şema, şekil, simge, ikon, logo, küçük resim,"
            " arka plan,"
            "kapak, kapak resmi, kapak fotoğrafı, ürün görseli, ürün resmi, öne çıkan görsel, profil fotoğrafı,"
            " profil resmi,"
            "dekoratif, alternatif metin, alt metin, metin, açıklama, resim açıklaması, görsel açıklaması, başlık,"
            " resim yok,"
            "görsel yok, açıklama yok, bu bir resim, yer tutucu, boş, bilinmiyor"
        ),
        "ru": _phrases(
            "изображение, изображения, фото, фотография, фотографии, картинка, картинки, рисунок, график, диаграмма,"
            " схема,"
            "иллюстрация, иконка, значок, логотип, лого, миниатюра, превью, фон, обложка, баннер, заставка, фото"
            " профиля, аватар,"
            "фото товара, изображение товара, альтернативный текст, альтернативное описание, текст, описание,"
            "описание изображения, описание картинки, подпись, заголовок, название, нет изображения, нет фото, без"
            " описания,"
            "изображение не добавлено, изображение отсутствует, изображение недоступно, фото отсутствует, картинка"
            " не найдена,"
            "изображение не найдено, это изображение, это картинка, декоративное изображение, пример, тест, скрин,"
            " пусто"
        ),
        "uk": _phrases(
            "зображення, фото, фотографія, світлина, картинка, малюнок, рисунок, графік, діаграма, схема,"
            " ілюстрація, іконка,"
            "значок, логотип, мініатюра, тло, фон, обкладинка, банер, фото профілю, аватар, фото товару,"
            " альтернативний текст,"
            "текст, опис, опис зображення, підпис, немає зображення, немає фото, без опису, зображення відсутнє, це"
            " зображення"
        ),
        "ja": _phrases(
            "画像, 写真, イメージ, イメージ画像, イメージ写真, 図, 図表, グラフ, イラスト, アイコン, ロゴ,"
            " サムネイル, サムネ, バナー, 無題,"
            "アイキャッチ, アイキャッチ画像, メイン画像, メインビジュアル, 背景, 背景画像, ヘッダー, ヘッダー画像,"
            " 商品画像, 商品写真, 見出し画像,"
            "プロフィール画像, プロフィール写真, カバー画像, トップ画像, 装飾, 装飾画像, 代替テキスト, 説明,"
            " 画像の説明, 画像説明, 写真の説明,"
            "キャプション, タイトル, テキスト, 画像なし, 写真なし, 画像がありません, 説明なし, 準備中, 画像準備中,"
            " サンプル, サンプル画像, ダミー,"
            "ダミー画像, テスト, テスト画像, スクショ, これは画像です, 画像タイトル, 仮画像"
        ),
        "ko": _phrases(
            "이미지, 사진, 그림, 그래프, 차트, 도표, 아이콘, 로고, 썸네일, 배너, 배경, 배경 이미지, 배경이미지, 대표"
            " 이미지, 대표이미지,"
            "상품 이미지, 상품이미지, 제품 이미지, 메인 이미지, 커버 이미지, 프로필 사진, 프로필 이미지, 헤더"
            " 이미지, 본문 이미지, 첨부 이미지,"
            "장식, 장식 이미지, 대체 텍스트, 대체텍스트, 설명, 이미지 설명, 사진 설명, 그림 설명, 캡션, 제목,"
            " 텍스트, 이미지 없음, 사진 없음,"
            "설명 없음, 이미지 준비중, 이미지 준비 중, 샘플, 샘플 이미지, 테스트, 미리보기, 스크린샷, 캡처, 캡쳐, 무제"
        ),
        "zh": _phrases(
            "图片, 图像, 照片, 相片, 图, 插图, 配图, 题图, 封面, 封面图, 封面图片, 缩略图, 头图, 头像, 图标, 标志,"
            " 徽标, 横幅, 背景, 背景图,"
            "背景图片, 商品图片, 产品图片, 产品图, 主图, 图表, 示意图, 替代文本, 替代文字, 说明, 描述, 图片描述,"
            " 图片说明, 标题, 文字, 无图,"
            "暂无图片, 图片加载失败, 图片不存在, 默认图片, 测试, 测试图片, 示例图片, 占位图, 圖片, 圖像, 圖, 插圖,"
            " 封面圖, 縮圖, 頭像, 圖示,"
            "標誌, 橫幅, 背景圖, 背景圖片, 商品圖片, 產品圖片, 主圖, 圖表, 替代文字, 說明, 圖片描述, 圖片說明, 標題,"
            " 暫無圖片, 這是一張圖片,"
            "这是一张图片, 这是图片, 截屏, 截图, 截圖"
        ),
        "ar": _phrases(
            "صورة, الصورة, صور, رسم, رسم بياني, مخطط, شكل, أيقونة, شعار, صورة مصغرة, خلفية, صورة الخلفية, صورة الغلاف,"
            "صورة شخصية, صورة المنتج, صورة رئيسية, نص بديل, النص البديل, وصف, وصف الصورة, عنوان, لا توجد صورة, بدون"
            " وصف,"
            "صورة توضيحية, صورة زخرفية, هذه صورة"
        ),
        "fa": _phrases("تصویر, عکس, نمودار, آیکون, لوگو, پس‌زمینه, متن جایگزین, توضیحات, بدون تصویر, تصویر شاخص"),
        "he": _phrases(
            "תמונה, תמונות, צילום, גרף, תרשים, סמל, לוגו, רקע, תמונת רקע, תמונת פרופיל, טקסט חלופי, תיאור, אין תמונה"
        ),
        "hi": _phrases(
            "चित्र, तस्वीर, छवि, फोटो, फ़ोटो, इमेज, चार्ट, ग्राफ, आइकन, लोगो, पृष्ठभूमि, विवरण, वैकल्पिक पाठ, चित्र विवरण"
        ),
        "th": _phrases(
            "ภาพ, รูปภาพ, รูป, รูปถ่าย, ภาพถ่าย, ไอคอน, โลโก้, แผนภูมิ, กราฟ, พื้นหลัง, คำอธิบาย,"
            " ข้อความแสดงแทน, ภาพประกอบ, ไม่มีรูปภาพ"
        ),
        "vi": _phrases(
            "hình ảnh, ảnh, hình, bức ảnh, biểu đồ, biểu tượng, logo, hình nền, ảnh bìa, mô tả, văn bản"
            " thay thế, không có ảnh"
        ),
        "id": _phrases(
            "gambar, foto, grafik, diagram, ikon, logo, latar belakang, keterangan, deskripsi, teks"
            r" alternatif, tidak ada gambar"
        ),
        "ca": _phrases(
            "imatge, imatges, fotografia, gràfic, icona, logotip, portada, fons, descripció, text"
            " alternatiu, sense imatge"
        ),
    }
)

MILD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "en": _phrases(
            "line, lines, profile, screen, map, meme, gif, video, video thumbnail, portrait, headshot, art, artwork,"
            " design,"
            "painting, drawing, sketch, cartoon, table, content, name, collage,"
            " poster, selfie,"
            "gallery, photo gallery, image gallery, slideshow, our logo, site logo, brand logo, website logo, the"
            " logo, a logo,"
            "my logo, main logo, header logo, footer logo, navbar logo, profile pic, visual, shape, pattern,"
            " animation, emoji"
        ),
        "de": _phrases(
            "profilbild, profilfoto, karte, landkarte, video, unser logo, gruppenbild, gruppenfoto, portrait"
        ),
        "es": _phrases("mapa, nuestro logo, vídeo, video, dibujo"),
        "fr": _phrases("carte, dessin, vidéo, notre logo"),
        "it": _phrases("mappa, disegno, video"),
        "nl": _phrases("profielfoto, kaart, tekening, video, ons logo, groepsfoto"),
        "pt": _phrases("mapa, desenho, vídeo"),
        "ru": _phrases("карта, видео, наш логотип, групповое фото"),
    }
)
"""Alone, too, where such a text may be right: warnings."""

PICTURES = "image picture photo photograph img pic graphic visual thumbnail banner placeholder illustration"
QUALIFIERS = (
    "a|an|the|this|some|your|my|any|no|main|product|hero|header|featured?|background|banner|cover|post|blog|article"
    "|news"
    "|gallery|slider|slide|carousel|card|thumbnail|preview|sample|example|test|demo|dummy|default|placeholder"
    "|responsive"
    "|decorative|decoration|stock|generic|page|site|website|section|intro|content|item|listing|seo|og|social|share"
    "|inline|embedded|attached|uploaded|full|full[- ]?size|large|small|medium|random|new|original|alt|missing|broken"
    "|empty|blank"
    "|lead|teaser|landing|homepage|home ?page|sidebar|footer|body|single|fallback|loading|lazy|temp|temporary"
    "|optional|nice"
    "|great|beautiful|cool|related|another|next|previous|first|second|third|inserted|selected|alternative|promo|ad"
    "|parallax"
)
MILD_QUALIFIERS = (
    "our|team|author|user|profile|staff|member|speaker|event|category|project|company|client|portfolio|service"
    "|contact|about"
    "|property|room|recipe|book|course|store|shop|app|game|customer|testimonial|brand|icon|logo|video|instructor"
    "|employee"
)

ASKING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:please )?(?:enter|insert|add|write|type|put|provide|paste|place|input|fill in|describe|replace"
        r"|edit|set|update)"
        r" (?:a |an |the |your |this |some |with |in |image'?s? )*(?:(?:short |brief |meaningful |descriptive |good )?"
        r"(?:alt(?:ernat(?:e|ive))?[- ]?(?:text|tag|description)?|(?:image |picture |photo )?(?:description|caption)"
        r"|text(?= here))"
        r"(?: (?:here|for (?:the |this |your )?(?:image|picture|photo)|of (?:the |this )?(?:image|picture|photo)"
        r"|\(optional\)?)){0,2}"
        r"|(?:image|picture|photo)s? here|(?:the|this|your) (?:image|picture|photo)(?: here)?|title here)"
        r"|(?:your |the |some |image |my |photo |picture )*(?:alt(?:ernative)?[- ]?text|alt|caption|description"
        r"|image|picture|photo"
        r"|text|title|logo) (?:goes |comes |will go |should go |belongs )?here"
        r"|(?:your|an?|the) (?:alt(?:ernative)?[- ]?text|caption|image alt(?: text)?|image description"
        r"|description of (?:the|this|your)"
        r" (?:image|picture|photo))|(?:an?|your) (?:short|brief|meaningful|descriptive) (?:description|text"
        r"|alt(?:ernative)? text)"
        r"(?: of (?:the|this|your) (?:image|picture|photo))?"
        r"|(?:the )?(?:alt|alternative) text (?:for|of) (?:the |this |your |an? )?(?:image|picture|photo|logo)"
        r"|(?:first|second|third|fourth|fifth|sixth|seventh|next|previous) slide(?: label)?|slide (?:one|two|three"
        r"|label)"
        r"|(?:generic |default |image )?placeholder(?: (?:image|text|for .{0,20}|\d{1,4}))?",
        "de": r"(?:bitte )?(?:hier )?(?:eine? |den |die |ihren? |ihre )?(?:alternativ-?text|alt-?text"
        r"|bildbeschreibung|beschreibung"
        r"|bildunterschrift|bildtext|text|bild)(?: hier)?(?: (?:für|des|zum|von) (?:das |dem "
        r"|diese[sm] )?bild(?:e?s)?)?(?: hier)?"
        r" (?:eingeben|einfügen|hinzufügen|ergänzen|einsetzen|eintragen)|(?:hier |ihr |dein )(?:steht "
        r"|kommt )?(?:der |ihr )?"
        r"(?:alternativ-?text|alt-?text|text|bild)(?: hier)?|beschreibung (?:des|vom) bild(?:e?s)?",
        "fr": r"(?:veuillez )?(?:entre[rz]|saisi(?:r|ssez)|insére[rz]|ajoute[rz]|écri(?:re|vez)|décri(?:re|vez)"
        r"|rempli(?:r|ssez))"
        r" (?:une? |le |la |votre |ici |un )*(?:texte(?: alternatif)?|description|légende|image|l['’]image|cette image)"
        r"(?: (?:alternatif|de l['’]image|pour (?:cette |l['’])?image|ici))*|votre (?:texte|image"
        r"|description)(?: alternatif)?(?: ici)?"
        r"|description de (?:cette |l['’]|la )(?:image|photo)(?: ici)?|texte (?:alternatif )?ici",
        "es": r"(?:por favor,? )?(?:introdu(?:zca|cir|ce)|inserta[r]?|inserte|añad(?:ir|e|a)|agregar?|agregue"
        r"|escrib(?:ir|e|a)"
        r"|ingres(?:ar|e|a)|describ(?:ir|e|a)|pon(?:er|ga)?) (?:una? |el |la |tu |su "
        r"|aquí )*(?:texto(?: alternativo)?|descripción|leyenda"
        r"|imagen|pie de foto)(?: (?:alternativo|de (?:la |esta )?imagen|para (?:la |esta )?imagen|aquí))*|(?:tu"
        r"|su) (?:texto|imagen|"
        r"descripción)(?: alternativo)? aquí|texto (?:alternativo )?aquí|descripción (?:de|para) (?:la|esta"
        r"|tu) (?:imagen|foto)",
        "it": r"(?:inserisci|inserire|aggiungi|aggiungere|scrivi|scrivere|descrivi|digita) (?:un['’]? ?|una |il |la "
        r"|qui |l['’]? ?)*"
        r"(?:testo(?: alternativo)?|descrizione|didascalia|immagine)(?: (?:alternativo|dell['’]immagine"
        r"|per l['’]immagine|qui))*"
        r"|(?:il tuo )?testo (?:alternativo )?qui|descrizione (?:dell['’]|della )(?:immagine|foto)",
        "pt": r"(?:insira|inserir|adicion(?:e|ar)|digite|digitar|escrev(?:a|er)|descrev(?:a|er)|coloque"
        r"|acrescente) (?:uma? |o |a |seu |sua "
        r"|aqui )*(?:texto(?: alternativo)?|descrição|legenda|imagem)(?: (?:alternativo|da imagem|para a imagem|aqui))*"
        r"|(?:seu )?texto (?:alternativo )?aqui|descrição d(?:a|e|esta) (?:imagem|foto)",
        "nl": r"(?:voer|voeg|typ|geef|vul) (?:hier )?(?:een |de |je |uw )?(?:alt(?:ernatieve)?[- ]?tekst"
        r"|beschrijving|omschrijving|bijschrift"
        r"|afbeelding)(?: hier)? (?:in|toe|op)|(?:hier )?(?:alt(?:ernatieve)?[- ]?tekst|beschrijving|tekst"
        r"|afbeelding) (?:invoeren|toevoegen"
        r"|hier|invoegen)|beschrijving van de (?:afbeelding|foto)",
        "sv": r"(?:skriv|lägg till|ange|infoga) (?:en |din |in )?(?:alternativ text|alt-?text|beskrivning|bildtext"
        r"|bildbeskrivning|bild|text)(?: här)?"
        r"|beskrivning av bilden",
        "da": r"(?:skriv|tilføj|indsæt|angiv) (?:en |din )?(?:alternativ tekst|alt-?tekst|beskrivelse|billedtekst"
        r"|billede|tekst)(?: her)?"
        r"|beskrivelse af billedet",
        "nb": r"(?:skriv|legg til|sett inn|angi) (?:en |din )?(?:alternativ tekst|alt-?tekst|beskrivelse|bildetekst"
        r"|bilde|tekst)(?: her)?"
        r"|beskrivelse av bildet",
        "fi": r"(?:lisää|kirjoita|syötä|anna) (?:tähän )?(?:kuvan |kuvalle )?(?:kuvaus|vaihtoehtoinen teksti"
        r"|alt-teksti|kuvateksti|teksti|kuva)"
        r"(?: tähän)?",
        "pl": r"(?:wpisz|dodaj|wstaw|wprowadź|podaj) (?:tutaj |tu )?(?:tekst alternatywny|opis|podpis|tekst|zdjęcie"
        r"|obraz(?:ek)?)"
        r"(?: (?:obrazu|zdjęcia|tutaj|tu))*|tutaj (?:wpisz|wstaw) .{2,30}",
        "cs": r"(?:zadejte|vložte|přidejte|napište|sem vložte) (?:sem )?(?:alternativní text|popis|popisek|text"
        r"|obrázek)(?: (?:obrázku|sem))*",
        "tr": r"(?:buraya )?(?:alternatif metin|alt metin|açıklama|metin|resim|görsel)(?: açıklaması)?(?:yı|yi"
        r"|i)? ?(?:buraya )?(?:girin|ekleyin|yazın|ekle)",
        "ru": r"(?:введите|вставьте|добавьте|добавить|вставить|укажите|напишите|опишите) (?:здесь "
        r"|сюда )?(?:альтернативный текст|описание|подпись"
        r"|текст|изображение|картинку)(?: (?:изображения|картинки|фото|здесь|сюда))*|(?:здесь|тут) (?:будет"
        r"|должно быть|должен быть) .{2,30}"
        r"|описание (?:изображения|картинки|фото)(?: здесь)?",
        "uk": r"(?:введіть|вставте|додайте|додати|вкажіть|опишіть) (?:тут |сюди )?(?:альтернативний текст|опис"
        r"|підпис|текст|зображення)"
        r"(?: (?:зображення|фото|тут|сюди))*",
        "ja": r"(?:ここに|こちらに)?(?:画像|写真|イメージ)?の?(?:説明|代替テキスト|altテキスト|キャプション|タイトル"
        r"|テキスト)(?:文)?(?:を|が)?(?:ここに)?"
        r"(?:入力|挿入|追加|記入|書|記述|入り)(?:して(?:ください|下さい)|する|します|く|ます)?"
        r"|ここに画像(?:の説明)?(?:を|が)?(?:挿入|入力|入ります)?",
        "ko": r"(?:여기에 )?(?:이미지|사진|그림)?(?:에 대한)? ?(?:설명|대체 ?텍스트|캡션|텍스트)(?:을"
        r"|를)? ?(?:여기에 )?(?:입력|추가|삽입|작성)"
        r"(?:하세요|해 ?주세요|하십시오|하기)?|(?:여기에 )?(?:이미지|사진)(?:를|을)? (?:삽입|추가|입력)(?:하세요"
        r"|하기)?",
        "zh": r"(?:请|請)?(?:在)?(?:这里|此处|這裡|此處|这儿)?(?:输入|輸入|插入|添加|新增|填写|填寫)(?:你的"
        r"|您的)?(?:图片|圖片|图像|圖像|照片)?(?:的)?"
        r"(?:描述|说明|說明|文字|替代文本|替代文字|标题|標題|alt)?(?:文字)?|(?:图片|圖片|图像|圖像)(?:的)?(?:描述"
        r"|说明|說明)(?:文字)?"
        r"|在这里插入.{1,12}|(?:此处|这里)(?:是|为|放|填).{1,12}",
        "ar": r"(?:أدخل|أضف|اكتب) (?:هنا )?(?:النص البديل|نصا? بديلا?|نص بديل|وصف(?:ا)?|وصف الصورة"
        r"|صورة)(?: (?:للصورة|هنا))*",
    }
)
"""Texts as wholes that ask for a text."""

UNFILLED = (
    r"\{\{[^{}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}|<%[^%\n]{0,200}%>|<\?(?:php|=)[^?\n]{0,200}\?>|\$\{[^{}\n]{0,200}\}"
    r"|#\{[^{}\n]{0,200}\}|\[\[[^\[\]\n]{0,200}\]\]|\[object \w{1,30}\]|%[A-Z][A-Z_]{1,40}%|__[A-Z][A-Z_]{0,40}__"
    r"|@(?:Model|Html|ViewBag|item|Url)\.[\w.()]{1,100}|\[(?:cid|image|img|alt|photo|picture|logo|caption"
    r"|description)(?::[^\[\]\n]{0,200})?\]"
)
"""Syntax of templates: Jinja, Liquid, Handlebars, ERB, PHP, Razor, JavaScript, wikis, mail."""
