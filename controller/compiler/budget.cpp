#include "controller/compiler/budget.hpp"

namespace flowyard::controller::compiler {

std::string refusal(const TooLarge& limit, const std::string& where) {
  const std::string what = limit.what.empty()
                               ? "more than 30,000,000 expressions, each counted once for every element"
                               : limit.what;
  return (where.empty() ? "the model is" : "with '" + where + "' the model is") + (" too large: " + what) +
         "; use fewer or smaller dimensions";
}

}  // namespace flowyard::controller::compiler
