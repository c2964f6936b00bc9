"""Abbreviations, in lower case and without their last full stop: whether a sentence goes on after them."""

from __future__ import annotations

from localalt.text.word_lists import words

__all__ = ["BEFORE_NAMES", "BEFORE_NUMBERS", "MAY_END", "STARTS"]


BEFORE_NAMES = words(
    "dr mr mrs ms mx st ste prof sen rep gov gen lt col capt sgt rev hon mt ft vs cf e.g i.e mme mlle",  # English
    "z.b d.h u.a bzw evtl ggf inkl sog verl hl geb gest vgl dipl ing bspw zzgl hr fr frl",  # German
    "mm p.ex env",  # French
    "sr sres sra sras srta dra dña avda ud uds ej av",  # Spanish, Portuguese
    "sig sig.ra sigg sig.na dott dott.ssa avv arch geom",  # Italian
    "dhr mevr bijv o.a drs d.w.z m.b.t",  # Dutch
    "bl.a t.ex f.eks dvs s.k",  # Swedish, Danish, Norwegian
    "ul np tzw św ks tj m.in al esim např tzv kb ill",  # Polish, Finnish, Czech, Hungarian
    "ул им проф акад т.е",  # Russian
)
"""Come before a name or an example: never the end of a sentence."""

BEFORE_NUMBERS = words(
    "no nr nos art kap cap abs abb fig figs vol bd pp ch chap sec eq tab pág págs pag núm num blz str kl godz tel",
    "ca approx jan feb mar apr jun jul aug sep sept oct okt nov dec dez стр рис гл ст",
)
"""Come before a number, and are other words elsewhere: "modern art", "he says no"."""

MAY_END = words(
    "etc inc ltd co corp jr sr bros dept ave blvd usw ecc atd itd др mio mrd jh e.v u.s a.m p.m v.chr n.chr"
)
"""End a sentence where the text ends or a new one clearly begins."""

STARTS = words(
    "the a an it in on at they there this that these he she two three one below above to behind next both all each its",
    "der die das ein eine er sie es im links rechts darunter le la les un une il elle el los las una lo gli o os as um",
    "uma het een de en hij zij det den ett",
)
"""Words with which a new sentence begins, and seldom a name."""
