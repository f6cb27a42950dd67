#include "controller/model/xmile/equation.hpp"

#include "controller/model/xmile/equation_parser.hpp"

namespace flowyard::controller::model::xmile {

Expression read_equation(pugi::xml_node element, const Scope& scope) {
  return read_text(scope.document.text(element), scope);
}

Expression read_text(const Text& text, const Scope& scope) {
  return Parser(text, scope).run();
}

}  // namespace flowyard::controller::model::xmile
