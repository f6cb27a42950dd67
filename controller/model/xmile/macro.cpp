#include "controller/model/xmile/macro.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "controller/model/xmile/equation.hpp"

namespace flowyard::controller::model::xmile {
namespace {

class MacroReader {
 public:
  MacroReader(const VariableScope& outer, std::vector<std::string>& unread)
      : outer_(outer), document_(outer.document), diagnostics_(outer.diagnostics), unread_(unread) {}

  Macro run(pugi::xml_node element) {
    Macro macro{.name = Name(document_.plain(attribute(element, "name"))),
                .location = document_.location(element)};
    if (macro.name.empty())
      diagnostics_.error(macro.location, DiagnosticCode::Missing, "<macro> needs a name");
    if (child(element, "sim_specs")) {
      diagnostics_.error(document_.location(child(element, "sim_specs")), DiagnosticCode::Unsupported,
                         "macro '" + macro.name.display + "' runs a simulation of its own: not supported");
    }
    const Scope scope{.document = document_,
                      .symbols = outer_.symbols,
                      .diagnostics = diagnostics_,
                      .budget = outer_.budget,
                      .self = macro.name};
    for (const auto part : element.children()) {
      if (name_of(part) == "parm") read_parameter(part, scope, macro);
    }
    VariableScope variables = outer_;
    variables.behavior = read_behavior(element, document_, outer_.behavior);
    read_variables(element, variables, macro);
    add_value(element, scope, macro);
    return macro;
  }

 private:
  void read_variables(pugi::xml_node element, const VariableScope& variables, Macro& macro) {
    for (const auto parent : variable_parents(element)) {
      for (const auto part : parent.children()) {
        if (name_of(part) == "module") {
          diagnostics_.error(document_.location(part), DiagnosticCode::Unsupported,
                             "a module in a macro is not supported");
        }
        if (!is_variable_element(part)) continue;
        LocalVariable local = read_variable(part, variables);
        if (local.unfilled && !local.broken) {
          diagnostics_.error(local.variable.location, DiagnosticCode::NoEquation,
                             "'" + local.variable.name.display + "' has no equation");
        }
        if (local.unfilled || local.broken) {
          unread_.push_back(local.variable.name.key);
        } else {
          macro.variables.push_back(std::move(local.variable));
        }
      }
    }
  }

  void read_parameter(pugi::xml_node part, const Scope& scope, Macro& macro) {
    Name name(document_.plain(part));
    if (name.empty()) name = Name(document_.plain(attribute(part, "name")));
    if (name.empty())
      diagnostics_.error(document_.location(part), DiagnosticCode::Missing, "<parm> names no parameter");
    macro.inputs.push_back(std::move(name));
    const auto otherwise = attribute(part, "default");
    if (otherwise) {
      macro.defaults.push_back(read_text(document_.text(otherwise), scope));
    } else if (!macro.defaults.empty()) {
      diagnostics_.error(document_.location(part), DiagnosticCode::Syntax,
                         "a parameter without a default stands after one with a default");
    }
  }

  // The macro's <eqn> is the variable with the macro's name; a macro may also have such a variable itself.
  void add_value(pugi::xml_node element, const Scope& scope, Macro& macro) {
    const bool own = std::any_of(macro.variables.begin(), macro.variables.end(),
                                 [&](const Variable& variable) { return variable.name == macro.name; }) ||
                     std::find(unread_.begin(), unread_.end(), macro.name.key) != unread_.end();
    const auto eqn = child(element, "eqn");
    if (own) return;
    Variable value{.name = macro.name, .location = document_.location(eqn ? eqn : element)};
    value.documentation = document_.plain(child(element, "doc"));
    const auto before = diagnostics_.count();
    Equation equation{.location = value.location};
    equation.expression = read_equation(eqn, scope);
    if (!equation.expression.present() && diagnostics_.count() == before) {
      diagnostics_.error(macro.location, DiagnosticCode::NoEquation,
                         "macro '" + macro.name.display + "' has no equation");
    }
    if (diagnostics_.count() != before) return unread_.push_back(value.name.key);
    value.equations.push_back(std::move(equation));
    macro.variables.push_back(std::move(value));
  }

  const VariableScope& outer_;
  const Document& document_;
  Diagnostics& diagnostics_;
  std::vector<std::string>& unread_;
};

}  // namespace

bool is_option_filter(pugi::xml_node element, const Document& document, Diagnostics& diagnostics) {
  if (!attribute(element, "filter")) return false;
  const Name name = Name(document.plain(attribute(element, "name")));
  if (name.key != "non_negative")
    diagnostics.warn(
        document.location(element), DiagnosticCode::Ignored,
        "the option filter '" + name.display + "' is ignored: <" + name.display + "/> changes nothing");
  return true;
}

Macro read_macro(pugi::xml_node element, const VariableScope& outer, std::vector<std::string>& unread) {
  return MacroReader(outer, unread).run(element);
}

}  // namespace flowyard::controller::model::xmile
