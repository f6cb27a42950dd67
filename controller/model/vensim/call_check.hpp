// CallCheck: the calls of a model that was read whole. Pure.
#pragma once

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

// Reports each name before `(` that is no function, macro, variable or macro input, with the nearest that is;
// warns of INTEG elsewhere than alone behind `=`; and reports formulas that their author left as A FUNCTION
// OF. Reported names are added to Model::unread, so that they are reported once.
void check_calls(Model& model, Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::vensim
