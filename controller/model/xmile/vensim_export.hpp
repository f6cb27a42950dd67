// What Vensim writes into XMILE where the standard has another form or none. Pure.
#pragma once

#include <optional>

#include "controller/model/model.hpp"
#include "controller/model/xmile/document.hpp"

namespace flowyard::controller::model::xmile {

// Vensim exports what a level function gives as a stock with the whole equation: "out= DELAY_N(in, 4, 1, 2)".
// Such a stock becomes an auxiliary of that value; one of INTEG(rate, initial) gets these two.
void split_level_function(Variable& variable);

// Takes the keyword of a data variable, and ":=", from the begin of its equation: `:RAW:`, or with a formula
// `:RAW::=2*other`. None: it has no keyword.
std::optional<DataMode> take_data_mode(Text& text);

}  // namespace flowyard::controller::model::xmile
