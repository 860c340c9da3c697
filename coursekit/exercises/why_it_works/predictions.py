"""What a learner of the lesson why_it_works guesses before seeing it."""

from coursekit.checking import predict

predict(
    "predict_shaken",
    "A network of six tanh layers needs {{result shaken-run | tanh, none | steps : mean bare .0f}} "
    "steps to learn the digits to a training loss of 0.5, and with batch norm "
    "{{result shaken-run | tanh, batch | steps : mean bare .0f}}. Now each batch norm's output is "
    "shaken: at every step every unit is stretched and shifted by new random numbers, so that its "
    "distribution moves more than in the network without a norm. How many steps does it need?",
    truth="{{result shaken-run | tanh, noisy | steps : mean bare .0f}}",
    because="The average of the experiment below. It keeps a part of what batch norm saves. If "
    "standing still were all that helps, nothing would be left of it.",
    scale=10,
)
predict(
    "predict_growth",
    "A plain ReLU network with He's weights hands its gradient back through 50 layers at nearly "
    "the same size. Now each layer gets a batch norm. By how many powers of ten does the gradient "
    "grow, or (a minus) shrink, from the last layer to the second? (The first differs from all "
    "others, because its inputs are pixels.)",
    truth="{{result depth-theory | 50 layers | no skips: : mean bare .1f}}",
    because="The average of the experiment below. It grows, by the same factor in every layer.",
    scale=4,
)
predict(
    "predict_balance",
    "Three copies of a network with batch norm start with hidden weights 0.3, 1 and 3 times He's, "
    "so that the longest are ten times as long as the shortest. All train for 400 steps with the "
    "same weight decay. How many times as long as the shortest are the longest in the end?",
    truth="{{result balance-run | with decay | longest / shortest : mean bare .2f}}",
    because="The average of the experiment below. The length comes to a balance that knows nothing "
    "of the start.",
    scale=5,
)
