"""Writing in pictures, read by an OCR engine beside the model: a second reader, which never saw the model's answers.

The engine is rapidocr with the weights in its own package, the extra `ocr`: `recognizer` alone imports it, and nothing
is downloaded. Must not know drafts, prompts nor the model. Doors: `recognizer`, `reading`, `evidence`, `installed`.
"""
