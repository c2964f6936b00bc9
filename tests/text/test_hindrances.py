"""What keeps a model from describing: an image that did not arrive whole, rules, the need to see it first."""

from __future__ import annotations

import pytest

from localalt.text.refusals import refusals

HINDERED = (
    "I have no way of viewing images.",
    "It is not possible for me to write alt text without the image.",
    "It's impossible to describe the photo accurately without seeing it.",
    "My guidelines do not allow me to describe people.",
    "My programming does not permit me to describe this.",
    "The image failed to load on my end.",
    "The picture could not be opened.",
    "The photo is not displaying correctly.",
    "The image you provided appears to be blank.",
    "The picture you sent seems to be corrupted. Please try again.",
    "This content is not available.",
    "The image may violate our content policy.",
    "To write alt text, I would need to see the image.",
    "Maaf, saya tidak dapat mendeskripsikan gambar ini.",
    "Maaf, gambar tidak dapat dimuat.",
    "Das Bild konnte nicht geladen werden.",
    "Meine Richtlinien erlauben es mir nicht, Personen zu beschreiben.",
    "L'image n'a pas pu être chargée.",
    "L’image que vous avez fournie semble vide.",
    "La imagen no se ha cargado correctamente.",
    "L'immagine non si è caricata.",
    "A imagem não carregou.",
    "De afbeelding kon niet worden geladen.",
    "Bilden kunde inte laddas.",
    "Billedet kunne ikke indlæses.",
    "Bildet kunne ikke lastes inn.",
    "Nie udało się załadować obrazu.",
    "Obrázek se nepodařilo načíst.",
    "Obrázok sa nepodarilo načítať.",
    "Kuvaa ei voitu ladata.",
    "A kép nem töltődött be.",
    "Imaginea nu s-a încărcat.",
    "Görsel yüklenemedi.",
    "Изображение не загрузилось.",
    "Зображення не завантажилося.",
    "Изображението не се зареди.",
    "Slika se nije učitala.",
    "画像が読み込めませんでした。",
    "图片无法加载。",
    "이미지를 불러올 수 없습니다.",
    "تعذر تحميل الصورة.",
    "تصویر بارگذاری نشد.",
    "התמונה לא נטענה.",
    "Η εικόνα δεν φορτώθηκε.",
    "छवि लोड नहीं हुई।",
    "ไม่สามารถโหลดรูปภาพได้",
    "Hình ảnh không tải được.",
    "La imatge no s'ha carregat.",
)

DESCRIBED = (
    "A browser shows a page in which an image failed to load.",
    "A dialog reads “The image could not be opened”.",
    "A blank page lies on a wooden desk.",
    "The image does not contain people, only three empty chairs.",
    "The rules on the board do not allow dogs.",
    "A sign forbids visitors to open the gate.",
    "Ein Bild hängt schief und kann nicht fallen.",
    "Une photo déchirée ne montre que la moitié d'un visage.",
    "Un cartel dice que no es posible entrar.",
    "壁に空白のポスターが貼られている。",
    "墙上的图片没有边框。",
)


@pytest.mark.parametrize("text", HINDERED)
def test_what_keeps_a_model_from_describing_is_a_refusal(text: str) -> None:
    assert refusals(text)


@pytest.mark.parametrize("text", DESCRIBED)
def test_what_a_picture_shows_of_it_is_not(text: str) -> None:
    assert not refusals(text)
