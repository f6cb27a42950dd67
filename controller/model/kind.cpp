#include "controller/model/kind.hpp"

namespace flowyard::controller::model {

const char* kind_of(const Variable& variable) {
  if (variable.conveyor) return "conveyor";
  if (variable.queue) return "queue";
  switch (variable.kind) {
    case VariableKind::Auxiliary:
      return "auxiliary";
    case VariableKind::Flow:
      return "flow";
    case VariableKind::Stock:
      return "stock";
    case VariableKind::Constant:
      return "constant";
    case VariableKind::Lookup:
      return "lookup";
    case VariableKind::Data:
      return "data";
  }
  return "";
}

}  // namespace flowyard::controller::model
