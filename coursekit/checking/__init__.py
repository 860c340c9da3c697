"""What an exercise is and how an answer is judged; nothing here knows what batch norm is.

An exercise is a right answer, inputs to try it on, other right answers, and the wrong
answers we expect. From that one table come the check, its diagnosis, its hints, and the
tests that prove each wrong answer refused by name.
"""

from coursekit.checking.answer import Answer as Answer
from coursekit.checking.answer import AnswerCrashed as AnswerCrashed
from coursekit.checking.answer import AnswerError as AnswerError
from coursekit.checking.answer import AnswerLacking as AnswerLacking
from coursekit.checking.answer import AnswerTimeout as AnswerTimeout
from coursekit.checking.answer import Held as Held
from coursekit.checking.answer import Unsolved as Unsolved
from coursekit.checking.ladder import judge as judge
from coursekit.checking.lesson import Lesson as Lesson
from coursekit.checking.local import Local as Local
from coursekit.checking.mistake import Mistake as Mistake
from coursekit.checking.parts import in_parts as in_parts
from coursekit.checking.questions.number import Numeric as Numeric
from coursekit.checking.questions.number import Predict as Predict
from coursekit.checking.questions.number import numeric as numeric
from coursekit.checking.questions.number import predict as predict
from coursekit.checking.questions.prose import Manual as Manual
from coursekit.checking.questions.prose import manual as manual
from coursekit.checking.questions.question import Question as Question
from coursekit.checking.questions.quiz import Quiz as Quiz
from coursekit.checking.questions.quiz import quiz as quiz
from coursekit.checking.result import RUNGS as RUNGS
from coursekit.checking.result import STATUSES as STATUSES
from coursekit.checking.result import Result as Result
from coursekit.checking.task import PUBLIC_SEED as PUBLIC_SEED
from coursekit.checking.task import REGISTRY as REGISTRY
from coursekit.checking.task import Exercise as Exercise
from coursekit.checking.task import Task as Task
from coursekit.checking.task import exercise as exercise
from coursekit.checking.task import find as find
from coursekit.checking.validate import validate as validate
