# %% [markdown] id="title"
# # Start here
#
# **How does a course tell you *what* is wrong with your code, and not only *that* it is?**
#
# Here is a function that somebody wrote in a hurry. It runs and returns numbers of the right shape,
# and they are wrong. In three minutes you will know why, without reading a solution.
#
# {{card}}

# %% [markdown] id="how-to-run"
# ## Run a cell
#
# Click the cell below and press <kbd>Shift</kbd>+<kbd>Enter</kbd>. The first cell of every lesson
# loads what the lesson needs.

# %% id="imports"
import numpy as np

from coursekit import check, doctor, hint, progress, reset, use  # noqa: F401 (two are for you)

# %% [markdown] id="ready"
# Is this computer ready? `doctor` finds out: a line with ✗ says what to do, and a line with – is
# about something that only graders need.

# %% id="doctor" tags=["demo", "volatile"]
print(*doctor.report(), sep="\n")

# %% [markdown] id="standard-scores"
# ## A number without a scale says little
#
# Is 181 cm tall, and is 93 kg heavy? It depends on who else was measured. The [**standard
# score**](../docs/glossary.md#standard-score) of a value says how many standard deviations it
# stands above the mean of its group:
#
# $$z_i = \frac{x_i - \mu}{\sigma}, \qquad \mu = \frac1N\sum_i x_i, \qquad
# \sigma = \sqrt{\frac1N\sum_i (x_i-\mu)^2}.$$
#
# Because the centimetres cancel, what is left has mean 0 and standard deviation 1, whatever was
# measured. Batch normalization is this formula put inside a neural network, and this course takes
# it apart.

# %% id="heights"
# NBVAL_CHECK_OUTPUT
heights = np.array([158.0, 165.0, 171.0, 181.0, 195.0])
print(f"mean {heights.mean():.1f} cm, standard deviation {heights.std():.1f} cm")

# %% [markdown] id="predict-intro"
# ## Guess first
#
# Before an experiment the course asks for a guess, because a guess makes the answer stick and a
# wrong one costs nothing. Write a number in place of `...`, run both cells, and see how far off you
# were.
#
# {{predict predict_outlier}}

# %% id="predict_outlier"
# {{answer}}

# %% id="check-predict_outlier"
check("predict_outlier", predict_outlier)

# %% [markdown] id="outlier-then"
# Now make the fifth weight as ordinary or as absurd as you like.

# %% id="outlier"
# NBVAL_CHECK_OUTPUT
for fifth in [74.0, 173.0, 1e6]:
    weights = np.array([70.0, 71.0, 72.0, 73.0, fifth])
    score = (fifth - weights.mean()) / weights.std()
    print(f"fifth person {fifth:>9.0f} kg   standard score {score:.3f}")

# %% [markdown] id="outlier-read"
# The score approaches a wall and cannot pass it: among $N$ values no standard score lies outside
# $\pm\sqrt{N-1}$ **[theorem]**, because an outlier pulls the mean and the spread after itself.
#
# <details><summary>A proof in two lines</summary>
#
# Scores have sum 0 and squares that add up to $N$. So $z_1=-\sum_{i>1}z_i$, and by Cauchy and
# Schwarz $z_1^2\le(N-1)\sum_{i>1}z_i^2=(N-1)(N-z_1^2)$, which says $z_1^2\le N-1$.
#
# </details>
#
# ### What a tag grades
#
# The word in brackets is a tag. It grades what a statement rests on, here and in every lesson:
#
# | tag | it rests on |
# |:--|:--|
# | **[theorem]** | a proof: in the text, folded below it, or in the work that is named |
# | **[paper]** | a publication's own derivation or measurements, not repeated here |
# | **[documented]** | the manual of a library, which may change with its version |
# | **[measured here]** | a cell of the lesson that you can run: true of that setting |
# | **[contested]** | a warning: careful people disagree |
# | **[folklore]** | a warning: often said, and seldom tested |
#
# Some lessons also quote the course's *ledger*, in which each claim about norms was tried on many
# seeds, against a bar that was set before. `coursekit evidence` in a terminal lists it.

# %% [markdown] id="exercise"
# ## Exercise · standardize
#
# {{exercise standardize}}
#
# This one comes with an answer, and the answer is wrong. **Run the two cells below before you
# change anything.** The check calls the function on inputs it chose to be revealing, compares what
# comes back with the right values, and looks up which known mistake behaves exactly like yours.
#
# Then repair the function and run both cells again.

# %% id="standardize"
# {{answer}}

# %% id="check-standardize"
check(standardize)

# %% [markdown] id="reading-the-panel"
# ### How to read the panel
#
# | line | what it says |
# |:--|:--|
# | **Diagnosis** | the mistake whose behaviour equals yours, if the course knows it |
# | **Found** | the first value of yours that differs, and what was expected there |
# | **Pattern** | without a diagnosis: what relates your values to the right ones |
# | **Error** | how far off, and how much would have been allowed |
# | **Reached** | the steps of the check that your function passed; ✗ is where it stopped |
# | **Tried on** | the input that gave you away |
# | **Next** | the one thing to do now |
# | **Try it** | that input, your output beside the expected one, and a cell to copy |
#
# When all is well, *Found* is called **Result**, and **Held on** lists the inputs that your
# function was right on. The mark ◐ stands for part of the points, for example when the numbers are
# right and their shape is not.
#
# Your function's *name* tells the check which exercise it answers, so keep the name. An exercise
# you have not started is shown as *not written yet*, in calm blue, and nothing stops.
#
# A check asks only what the statement allows, with float64 or float32 numbers in arrays, and True
# and False in a mask. No axis is empty, and none runs backwards in memory, as in `x[::-1]`.
#
# ### Stuck?
#
# Add a cell (press <kbd>Esc</kbd>, then <kbd>B</kbd>) and type `hint(standardize)`. Run it again
# for more: a nudge, a question about your output, code with blanks, then a worked answer. Hints are
# counted, for you alone.

# %% [markdown] id="use-it"
# ### Later cells do not wait for you
#
# Where a lesson goes on to use your function, it says `use`, which takes yours if it passes its
# check and the course's if it does not yet. So *Run All* always reaches the end.

# %% id="use"
# NBVAL_CHECK_OUTPUT
standardize = use(standardize)
scores = standardize(heights)
print("mean", round(abs(scores.mean()), 3), " standard deviation", round(scores.std(), 3))

# %% [markdown] id="no-unit"
# A standard score has no unit, so it cannot matter whether the tape measure was in centimetres or
# in inches, nor whether everybody stood on a stool.

# %% id="no-unit-shown"
# NBVAL_CHECK_OUTPUT
for name, same in {"cm": heights, "inches": heights / 2.54, "on a stool": heights + 45}.items():
    print(f"{name:<10}", np.round(standardize(same), 3))

# %% [markdown] id="two-values"
# One more surprise is the seed of [lesson 04](04_batchnorm_forward.ipynb). With only **two** values
# the score forgets everything except which one is larger.

# %% id="two-values-shown"
# NBVAL_CHECK_OUTPUT
for pair in [[1.0, 2.0], [1.0, 1000.0], [-3.0, -3.001]]:
    print(f"{pair!s:<16}", standardize(np.array(pair)).round(6) + 0.0)

# %% [markdown] id="a-surprise"
# In one last picture the same five people stand in both rows: heights above, standard scores below.
# Only the axis has changed, because standardizing moves and stretches, and never reorders.

# %% id="picture" tags=["demo"]
from coursekit.figures import COLOURS, figure, show

fig, (top, bottom) = figure(2, 1, size=(7, 2.6))
for axes, values, unit in [(top, heights, "height in cm"), (bottom, scores, "standard score")]:
    axes.plot(values, np.zeros(5), "o", color=COLOURS["blue"], markersize=9)
    axes.axvline(values.mean(), color=COLOURS["red"], linestyle="--")
    axes.set(yticks=[], xlabel=unit)
    axes.spines["left"].set_visible(False)
top.set_title("The same five people, measured twice (dashed: the mean)")
show(
    fig,
    alt="Two rows of five dots: heights from 158 to 195 cm above, their standard scores from about "
    f"{scores.min():.1f} to {scores.max():.1f} below. The dots keep their order and their relative "
    "distances.",
)

# %% [markdown] id="keeping-track"
# ## Where you are
#
# `progress()` lists every exercise of the course with what you have done so far. It is kept in your
# workspace folder, so it is still there tomorrow. `reset(standardize)` forgets the attempts and
# hints of one exercise, but never touches your code.

# %% id="progress" tags=["demo"]
progress("start_here")

# %% [markdown] id="contents"
# ## Where to go
#
# {{contents}}
#
# {{routes}}

# %% [markdown] id="recap"
# ## Recap
#
# - A standard score is (value − mean) / standard deviation, so it has no unit, mean 0 and spread 1.
# - `check(f)` says what is wrong and names the mistake if it knows it; `hint(f)` helps in steps.
# - `use(f)` keeps later cells going, and `progress()` remembers.
# - Guess before you run, because being wrong here is free.
#
# **Next:** [01 Mean and variance](01_mean_and_variance.ipynb), where three numbers near ten
# thousand turn out to have a negative variance.
#
# <details><summary>Instructor notes</summary>
#
# **Timing.** Of ten parts of the card's minutes, 3 go to the guess and the tags, 5 to the planted
# mistake and its panel, 2 to hints and progress. Opening the workspace comes before them and is not
# counted. The slowest machine in the room sets the pace there, so let `coursekit doctor` run the
# day before.
#
# **Ask the room.** Before anyone runs the check: "The function runs and the shape is right. How
# would you find out that it is wrong?" Collect three ways, then ask which of them would have told
# them *what* is wrong.
#
# **Where it goes wrong.** Some run the check cell without running the function's cell again after
# an edit, and read the old verdict. Some rename the function; the panel then says which name is
# close.
#
# </details>
