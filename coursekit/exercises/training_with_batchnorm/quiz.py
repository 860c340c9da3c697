"""The questions of the lesson training_with_batchnorm."""

from coursekit.checking import quiz

quiz(
    "quiz_same_rate",
    "A paper trains a network with batch norm and one without, both at learning rate 0.1, and the "
    "one without diverges. What has it shown?",
    {
        "a": (
            "That networks without batch norm cannot learn this task",
            "At another rate they may. Nobody looked.",
        ),
        "b": (
            "That batch norm trains at this rate and its rival does not",
            "No more than that. At its own rate the rival may do as well.",
        ),
        "c": (
            "That batch norm is faster by a factor that cannot be measured",
            "Speed is compared between arms that arrive, each at the rate that suits it.",
        ),
        "d": ("Nothing at all", "A rate that one arm can use and the other cannot is a result."),
    },
    answer="b",
)
quiz(
    "quiz_lost",
    "Three of ten runs never reach the target. Which number still describes all ten?",
    {
        "a": (
            "The mean of the seven that arrived",
            "It describes those that were lucky, and improves as more runs fail.",
        ),
        "b": (
            "The mean, with the last step put in for the three",
            "They would have taken longer, nobody knows how much.",
        ),
        "c": ("The best of the ten", "It describes one, and grows with the number of tries."),
        "d": (
            "The median, with inf for the three",
            "The fifth and sixth of ten in order are the same, however late the last three are.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_chosen",
    "For each arm the learning rate with the best test accuracy is taken, and that accuracy is "
    "reported. What is wrong with it?",
    {
        "a": (
            "The test set took part in the choice",
            "The best of several results is too good: luck was chosen with it, and more of it for "
            "the arm with more tries.",
        ),
        "b": (
            "Both arms should have had the same rate, so that nothing differs but the norm",
            "Then one of them has the rate that suits the other.",
        ),
        "c": (
            "Test accuracy has too few digits to choose by it",
            "With 500 images it has few, but more digits would not mend the choice.",
        ),
        "d": (
            "Nothing, since it was done for both",
            "What is too good for both is not equally too good for both.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_slower",
    "You add batch norm to a three-layer network that trains well, keep its learning rate, and "
    "find that it trains a little slower. What is the first thing to try?",
    {
        "a": ("Remove the biases", "They are redundant before a norm, and cost nothing else."),
        "b": ("Put the norms behind the activations", "Here that hardly changes anything."),
        "c": (
            "A higher rate, and another seed or two",
            "The rate was tuned without the norm. At its own it may catch up, and gain little, "
            "since this network starts well.",
        ),
        "d": (
            "More layers, so that there is something to gain",
            "That changes the task in order to justify the tool.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_bar",
    "Your bar was 2 points, and the paired interval is 1.2 ± 1.5 points. What do you report?",
    {
        "a": ("That batch norm helps by 1.2 points", "The interval holds 0 as well."),
        "b": (
            "That the experiment is undecided, with the interval",
            "It reaches from −0.3 to 2.7, so the bar lies within. More seeds may settle it.",
        ),
        "c": (
            "That batch norm does not help",
            "A gain of 2.5 points lies within the interval, too.",
        ),
        "d": (
            "That it helps, after the bar is lowered to what was found",
            "A bar that follows the result is no bar.",
        ),
    },
    answer="b",
)
