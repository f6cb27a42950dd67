// Outputs of calls: DELAYP(x, time : pipeline) and macros with outputs after a colon define a variable of the
// calling model for each. Pure; changes the model it is given.
#pragma once

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

// Takes the outputs out of the arguments of such calls and adds the variables they name: each is the same
// call once more, with the output wanted in Expression::text. A variable without an equation of that name
// makes room; one with an equation is an error.
void define_outputs(Model& model, Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::vensim
