import pytest

from localalt.text.short_answers import says_all_is_right, says_there_is_no_text

NO_TEXT = """
No text.|There isn't any text in this photo.|I can't see any text here.|No readable text in the image|[No text found]
Unfortunately, the text is not legible.|Auf dem Bild ist kein Text zu sehen.|Das Foto enthält keinen lesbaren Text.
Il n’y a aucun texte visible sur cette image.|L'image ne contient pas de texte.|No se ve ningún texto en la imagen.
L'immagine non contiene testo.|Non c'è nessun testo.|Não há nenhum texto visível na imagem.|Er is geen leesbare tekst.
Det finns ingen text i bilden.|Der er ingen tekst på billedet.|Det er ingen synlig tekst på bildet.
Na zdjęciu nie ma żadnego tekstu.|Na obrázku není žádný text.|Kuvassa ei ole tekstiä.|A képen nem látható szöveg.
Nu există niciun text în imagine.|Tidak ada teks pada gambar ini.
Görselde metin yok.|На картинке нет никакого текста.
На зображенні немає тексту.|画像に文字はありません。
画像内にテキストは見当たりません。|图片中没有任何文字。|圖片中沒有文字
이미지에 텍스트가 없습니다.|لا يوجد أي نص في هذه الصورة.|هیچ متنی در تصویر وجود ندارد.
"""
TEXTS = """
No text messages while driving|No exit|Kein Zutritt|Keine Texte ohne Namen|Text me|No smoking. No dogs.|NO PARKING
Pas de publicité|Sin gluten|Brak miejsc|没有问题|禁止吸烟|立入禁止|No words can say it
There is no planet B
Not text, art
"""
RIGHT = """
All of it is correct.|No objections.|Nothing is wrong.|The description is accurate.|Nothing contradicts the image.|None
There is nothing in it that cannot be seen.|No errors, everything is visible.|All details match the picture.
Alles stimmt.|Keine Einwände.|Nichts ist falsch.|Tout est exact.|Aucune erreur.|Todo es correcto.|No hay ningún error.
È tutto corretto.|Nessuna obiezione.|Tudo está correto.|Alles klopt.|Allt stämmer.|Alt er korrekt.|Alt stemmer.
Wszystko się zgadza.|Nie ma żadnych błędów.|Vše je správně.|Kaikki on oikein.|Minden helyes.|Totul este corect.
Semuanya benar.|Her şey doğru.|Всё верно.|Нет никаких ошибок.|Усе правильно.|すべて正しいです。|全部正确。|没有错误。
모두 정확합니다.|كل شيء صحيح.|همه چیز درست است.
"""
OBJECTIONS = """
The dog is black.|The description is not accurate.|Not everything is visible.|The text is wrong.|Nothing can be seen.
There is an error.|The name cannot be seen.|Nicht alles stimmt.|Die Angabe ist falsch.|La descripción no es correcta.
Il y a une erreur.|Не всё верно.|不正确。|Everything is correct, but the dog is black.
"""


def cases(text):
    return [each.strip() for line in text.strip().splitlines() for each in line.split("|")]


@pytest.mark.parametrize("answer", cases(NO_TEXT))
def test_an_answer_that_says_so_means_no_text(answer):
    assert says_there_is_no_text(answer)


@pytest.mark.parametrize("answer", ["", "12", *cases(TEXTS)])
def test_words_of_a_picture_are_text(answer):
    assert not says_there_is_no_text(answer)


@pytest.mark.parametrize("answer", cases(RIGHT))
def test_an_answer_that_finds_nothing_wrong_objects_to_nothing(answer):
    assert says_all_is_right(answer)


@pytest.mark.parametrize("answer", ["", *cases(OBJECTIONS)])
def test_an_objection_stays_one(answer):
    assert not says_all_is_right(answer)
