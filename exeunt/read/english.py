from exeunt.language.mentions import Mention
from exeunt.read.frames import Frame
def mentions(text, sentence, known): return []
def frames(text, sentence, found, triggers, state): return []
