#include "worker/model/xmile/equation.hpp"

#include "worker/model/xmile/equation_parser.hpp"

namespace flowyard::worker::model::xmile {

Expression read_equation(pugi::xml_node element, const Scope& scope) {
  return read_text(scope.document.text(element), scope);
}

Expression read_text(const Text& text, const Scope& scope) {
  return Parser(text, scope).run();
}

}  // namespace flowyard::worker::model::xmile
