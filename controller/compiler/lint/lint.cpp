#include "controller/compiler/lint/lint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <unordered_map>

#include "common/base/number_text.hpp"
#include "common/base/suggest.hpp"
#include "controller/compiler/lint/calls.hpp"
#include "controller/compiler/lower/symbols.hpp"

namespace flowyard::controller::compiler {
namespace {

using model::Model;
using model::Variable;
using model::VariableKind;

bool is_xmile(const Model& model) {
  return model.dialect == model::Dialect::Xmile || model.dialect == model::Dialect::XmileVensim;
}

std::string with_line(model::SourceLocation location) {
  return location.line > 0 ? " (line " + std::to_string(location.line) + ")" : "";
}

// A variable's name that is a dimension's or, but in XMILE where that is usual, an element's.
void lint_names(const Model& model, model::Diagnostics& diagnostics) {
  std::unordered_map<std::string, const model::Dimension*> ranges, elements;
  for (const auto& dimension : model.dimensions) {
    ranges.emplace(dimension.name.key, &dimension);
    if (dimension.name.key == "time")
      diagnostics.warn(
          dimension.location, DiagnosticCode::AmbiguousName,
          "'" + dimension.name.display + "' is the name of the clock too; in formulas it means that");
    for (const auto& member : dimension.members) elements.emplace(member.key, &dimension);
  }
  for (const auto& variable : model.variables) {
    const std::string name = "'" + variable.name.display + "'";
    if (const auto range = ranges.find(variable.name.key); range != ranges.end())
      diagnostics.warn(variable.location, DiagnosticCode::AmbiguousName,
                       name + " is the name of a dimension too" + with_line(range->second->location) +
                           ": between brackets it means that, elsewhere the variable");
    else if (const auto element = elements.find(variable.name.key);
             element != elements.end() && !is_xmile(model))
      diagnostics.warn(variable.location, DiagnosticCode::AmbiguousName,
                       name + " is the name of an element of '" + element->second->name.display + "' too" +
                           with_line(element->second->location) +
                           ": between brackets it means that, elsewhere the variable");
    static const std::set<std::string> settings = {"dt", "starttime", "stoptime"};
    if (is_xmile(model) && settings.contains(variable.name.key))
      diagnostics.warn(variable.location, DiagnosticCode::AmbiguousName,
                       name + " is one of XMILE's own names; here it means this variable");
  }
}

// Where each flow flows: into one stock and out of one, and from one to the other.
class Flows {
 public:
  Flows(const Model& model, model::Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    for (const auto& variable : model.variables) variables_.emplace(variable.name.key, &variable);
  }

  void lint(const Variable& stock) {
    side(stock, stock.inflows, "inflows", into_);
    side(stock, stock.outflows, "outflows", out_of_);
    for (const auto& flow : stock.outflows)
      if (std::find(stock.inflows.begin(), stock.inflows.end(), flow) != stock.inflows.end())
        warn(stock, flow, DiagnosticCode::WrongFlow,
             "'" + flow.display + "' flows into '" + stock.name.display +
                 "' and out of it, so that it changes nothing");
  }

 private:
  using Ends = std::unordered_map<std::string, const Variable*>;

  void warn(const Variable& stock, const model::FlowName& flow, DiagnosticCode what,
            const std::string& message) {
    diagnostics_.warn(flow.location.line > 0 ? flow.location : stock.location, what, message);
  }

  void side(const Variable& stock, const std::vector<model::FlowName>& flows, const char* word, Ends& ends) {
    for (const auto& flow : flows) {
      const auto [other, is_new] = ends.emplace(flow.key, &stock);
      if (!is_new && other->second == &stock)
        warn(stock, flow, DiagnosticCode::WrongFlow,
             "'" + flow.display + "' stands twice among the " + word + " of '" + stock.name.display +
                 "' and counts twice");
      else if (!is_new)
        warn(stock, flow, DiagnosticCode::WrongFlow,
             "'" + flow.display + "' is among the " + std::string(word) + " of '" +
                 other->second->name.display + "'" + with_line(other->second->location) +
                 " too: a flow has one source and one destination");
      const auto variable = variables_.find(flow.key);
      if (variable != variables_.end() && variable->second->kind == VariableKind::Lookup)
        warn(stock, flow, DiagnosticCode::WrongKind, "'" + flow.display + "' is a table, not a flow");
    }
  }

  model::Diagnostics& diagnostics_;
  std::unordered_map<std::string, const Variable*> variables_;
  Ends into_, out_of_;
};

// NaN where they are not known.
struct Times {
  double start;
  double stop;
  double step;
  double save_every;
};

// What stands there as a number, or as a variable that is one.
double number_in(const Model& model, const model::Expression& expression) {
  using Kind = model::Expression::Kind;
  const auto plain = [](const model::Expression& e) {
    const bool negative = e.kind == Kind::Unary && e.unary == model::UnaryOperator::Minus;
    const model::Expression& number = negative ? e.arguments.front() : e;
    if (number.kind != Kind::Number) return std::numeric_limits<double>::quiet_NaN();
    return negative ? -number.number : number.number;
  };
  if (expression.kind != Kind::Reference) return plain(expression);
  const auto named = std::find_if(model.variables.begin(), model.variables.end(), [&](const Variable& each) {
    return each.name.key == expression.name.key && each.equations.size() == 1;
  });
  return plain(named == model.variables.end() ? expression : named->equations.front().expression);
}

Errors errors_in_times(const Model& model, const Times& time) {
  model::Diagnostics diagnostics(model.files);
  const auto& of = model.time;
  if (time.step <= 0)
    diagnostics.error(of.step.location, DiagnosticCode::WrongTime,
                      "the time step must be greater than 0, not " + number_text(time.step));
  // A save interval that is the time step is reported with the time step.
  const bool own = of.save_every.present() && time.save_every != time.step;
  if (time.save_every <= 0 && own)
    diagnostics.error(of.save_every.location, DiagnosticCode::WrongTime,
                      "the save interval must be greater than 0, not " + number_text(time.save_every));
  if (time.stop < time.start)
    diagnostics.error(
        of.stop.location, DiagnosticCode::WrongTime,
        "the stop time " + number_text(time.stop) + " is before the start time " + number_text(time.start));
  const std::pair<double, const model::Expression&> all[] = {
      {time.start, of.start}, {time.stop, of.stop}, {time.step, of.step}, {time.save_every, of.save_every}};
  for (const auto& [value, expression] : all)
    if (std::isinf(value))
      diagnostics.error(expression.location, DiagnosticCode::WrongTime, "this time is not a finite number");
  return diagnostics.take_errors();
}

// Undefined names in a macro: the compiler reports them only where a call needs them.
class MacroNames {
 public:
  MacroNames(const Model& model, const model::Macro& macro, model::Diagnostics& diagnostics)
      : macro_(macro), diagnostics_(diagnostics), known_{"time",    "initial_time", "final_time", "time_step",
                                                         "saveper", "dt",           "starttime",  "stoptime",
                                                         "pi",      "inf"} {
    for (const auto* names : {&macro.inputs, &macro.outputs})
      for (const auto& name : *names) known_.insert(name.key);
    for (const auto& variable : macro.variables) known_.insert(variable.name.key);
    for (const auto& other : model.macros) known_.insert(other.name.key);
    for (const auto& dimension : model.dimensions) {
      known_.insert(dimension.name.key);
      for (const auto& member : dimension.members) known_.insert(member.key);
    }
    known_.insert(model.unread.begin(), model.unread.end());
  }

  // Trees are limited in depth.
  void lint(const model::Expression& e) {
    const bool of_caller = e.name.key.ends_with('$') || e.name.key.find('.') != std::string::npos;
    if (e.kind == model::Expression::Kind::Reference && !of_caller && !known_.contains(e.name.key)) {
      std::vector<std::string> own;
      for (const auto& input : macro_.inputs) own.push_back(input.display);
      for (const auto& variable : macro_.variables) own.push_back(variable.name.display);
      diagnostics_.warn(e.location, DiagnosticCode::UnknownName,
                        "unknown name '" + e.name.display + "' in the macro '" + macro_.name.display + "'" +
                            suggestion(e.name.display, own));
    }
    for (const auto& argument : e.arguments) lint(argument);
  }

 private:
  const model::Macro& macro_;
  model::Diagnostics& diagnostics_;
  std::set<std::string> known_;
};

void lint_macro(const Model& model, const model::Macro& macro, model::Diagnostics& diagnostics) {
  MacroNames names(model, macro, diagnostics);
  for (const auto& variable : macro.variables) {
    for (const auto& equation : variable.equations) {
      names.lint(equation.expression);
      names.lint(equation.initial);
    }
  }
}

// A number that its own author would not allow.
void lint_limits(const Variable& variable, model::Diagnostics& diagnostics) {
  const auto& [low, high, increment] = variable.limits;
  if (low && high && *low > *high) return;  // reported by the reader
  for (const auto& equation : variable.equations) {
    if (variable.kind == VariableKind::Stock || !equation.tables.empty()) continue;
    for (const double value : constant_numbers(equation.expression)) {
      if (!(low && value < *low) && !(high && value > *high)) continue;
      diagnostics.warn(equation.location, DiagnosticCode::OutsideLimits,
                       "'" + variable.name.display + "' is " + number_text(value) +
                           ", outside of its own limits " + (low ? number_text(*low) : "") + ".." +
                           (high ? number_text(*high) : ""));
      return;
    }
  }
}

}  // namespace

std::vector<model::Warning> lint(const Model& model) try {
  model::Diagnostics diagnostics(model.files);
  Budget budget;
  Dimensions dimensions(model, diagnostics, budget);
  const Symbols symbols(model.variables, dimensions, diagnostics, budget);
  lint_names(model, diagnostics);
  Flows flows(model, diagnostics);
  for (const auto& variable : model.variables) {
    flows.lint(variable);
    lint_limits(variable, diagnostics);
  }
  lint_calls(model.variables, diagnostics);
  for (const auto& macro : model.macros) {
    const Symbols inside(macro.variables, dimensions, diagnostics, budget);
    lint_calls(macro.variables, diagnostics);
    lint_macro(model, macro, diagnostics);
  }
  return diagnostics.take_warnings();
} catch (const TooLarge&) {
  return {};  // reported by the compiler
}

std::vector<model::Warning> lint_time(const Model& model, const engine::Program& program) {
  const auto& time = program.time;
  const double steps = time.default_save_every / time.default_step;
  const bool known = !time.varies && time.default_step > 0 && time.default_save_every > 0;
  if (!known || std::isnan(steps) || std::abs(steps - std::round(steps)) < 1e-5) return {};
  return {{"the save interval " + number_text(time.default_save_every) + " is no multiple of the time step " +
               number_text(time.default_step) + ": only times at which both meet are kept",
           model.time.save_every.location, DiagnosticCode::WrongTime}};
}

Errors time_errors(const Model& model, const engine::Program& program) {
  const auto& time = program.time;
  return errors_in_times(model,
                         {time.default_start, time.default_stop, time.default_step, time.default_save_every});
}

Errors time_errors(const Model& model) {
  const auto& time = model.time;
  return errors_in_times(model, {number_in(model, time.start), number_in(model, time.stop),
                                 number_in(model, time.step), number_in(model, time.save_every)});
}

}  // namespace flowyard::controller::compiler
