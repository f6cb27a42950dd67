#include "controller/model/vensim/outputs.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

class Outputs {
 public:
  Outputs(const Model& model, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    kinds_["delayp"] = {.inputs = 2, .outputs = {Name("pipeline")}};
    for (const Macro& macro : model.macros)
      if (!macro.outputs.empty())
        kinds_[macro.name.key] = {.inputs = macro.inputs.size(), .outputs = macro.outputs};
  }

  void run(std::vector<Variable>& variables) {
    made_.clear();
    for (Variable& variable : variables) {
      for (Equation& equation : variable.equations) {
        take(equation.expression, variable, equation);
        take(equation.initial, variable, equation);
      }
    }
    for (Variable& variable : made_) {
      const auto old = std::find_if(variables.begin(), variables.end(),
                                    [&](const Variable& v) { return v.name == variable.name; });
      if (old == variables.end()) {
        variables.push_back(std::move(variable));
      } else if (has_no_equation(*old)) {
        variable.units = old->units;
        variable.documentation = old->documentation;
        *old = std::move(variable);
      } else {
        diagnostics_.error(
            variable.location, DiagnosticCode::WrongKind,
            shown(variable.name.display) + " is the output of a call, but has an equation too");
      }
    }
  }

 private:
  struct Kind {
    std::size_t inputs = 0;
    std::vector<Name> outputs = {};
  };

  static bool has_no_equation(const Variable& variable) {
    return std::all_of(variable.equations.begin(), variable.equations.end(), [](const Equation& e) {
      return !e.expression.present() && !e.initial.present() && e.tables.empty();
    });
  }

  // As deep as a tree may be, which the parser limits.
  void take(Expression& e, const Variable& variable, const Equation& equation) {
    for (Expression& argument : e.arguments) take(argument, variable, equation);
    if (e.kind != Expression::Kind::Call) return;
    const auto kind = kinds_.find(e.name.key);
    if (kind == kinds_.end() || e.arguments.size() <= kind->second.inputs) return;
    const std::size_t inputs = kind->second.inputs;
    const std::vector<Expression> given(
        std::make_move_iterator(e.arguments.begin() + static_cast<std::ptrdiff_t>(inputs)),
        std::make_move_iterator(e.arguments.end()));
    e.arguments.resize(inputs);
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (i >= kind->second.outputs.size()) {
        diagnostics_.error(given[i].location, DiagnosticCode::WrongKind,
                           shown(e.name.display) + " has no output number " + std::to_string(i + 1));
      } else if (given[i].kind != Expression::Kind::Reference) {
        diagnostics_.error(given[i].location, DiagnosticCode::WrongKind,
                           "an output of " + shown(e.name.display) + " must be a name");
      } else {
        add(given[i], e, kind->second.outputs[i], variable, equation);
      }
    }
  }

  void add(const Expression& named, const Expression& call, const Name& output, const Variable& variable,
           const Equation& equation) {
    Equation own{.subscripts = named.subscripts.empty() ? equation.subscripts : named.subscripts,
                 .except = named.subscripts.empty() ? equation.except : decltype(equation.except){},
                 .location = named.location};
    own.expression = call;
    own.expression.text = output.key;
    const auto known =
        std::find_if(made_.begin(), made_.end(), [&](const Variable& v) { return v.name == named.name; });
    if (known != made_.end()) {
      known->equations.push_back(std::move(own));
      return;
    }
    Variable made;
    made.name = named.name;
    made.location = named.location;
    made.group = variable.group;
    made.equations.push_back(std::move(own));
    made_.push_back(std::move(made));
  }

  Diagnostics& diagnostics_;
  std::unordered_map<std::string, Kind> kinds_;
  std::vector<Variable> made_;
};

}  // namespace

void define_outputs(Model& model, Diagnostics& diagnostics) {
  Outputs outputs(model, diagnostics);
  outputs.run(model.variables);
  for (Macro& macro : model.macros) outputs.run(macro.variables);
}

}  // namespace flowyard::controller::model::vensim
