#include "controller/model/xmile/flatten.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/suggest.hpp"

namespace flowyard::controller::model::xmile {
namespace {

Name joined(const Name& prefix, const Name& name) {
  if (prefix.empty()) return name;
  Name made;
  made.display = prefix.display + "." + name.display;
  made.key = prefix.key + "." + name.key;
  return made;
}

// A name shared by several modules is ambiguous.
constexpr std::size_t kAmbiguous = static_cast<std::size_t>(-1);

// More than variables cannot be of use.
constexpr std::size_t kMaxConnections = 2 * kMaxVariables;

// The prefix of the model around the module with this prefix.
Name around(const Name& prefix) {
  Name outer;
  const auto dot = prefix.key.rfind('.');
  if (dot == std::string::npos) return outer;
  outer.key = prefix.key.substr(0, dot);
  outer.display = prefix.display.substr(0, prefix.display.rfind('.'));
  return outer;
}

class Flattener {
 public:
  Flattener(std::vector<Part> parts, const Symbols& symbols, model::Diagnostics& diagnostics)
      : parts_(std::move(parts)), symbols_(symbols), diagnostics_(diagnostics) {
    for (const Part& part : parts_) {
      if (!models_.emplace(part.name.key, &part).second) {
        diagnostics_.error(part.location, DiagnosticCode::DefinedTwice,
                           "model '" + part.name.display + "' is defined twice");
      }
    }
  }

  std::vector<Variable> run(std::vector<std::string>& unread) {
    add(parts_.front(), {}, 0);
    connect();
    for (auto& [variable, prefix, unfilled, broken] : variables_) {
      if (unfilled && !broken)
        diagnostics_.error(variable.location, DiagnosticCode::NoEquation,
                           "'" + variable.name.display + "' has no equation");
      broken = broken || unfilled;
      resolve(variable, prefix);
    }
    std::vector<Variable> made;  // only now: until here names are looked up in what is moved
    made.reserve(variables_.size());
    for (Instance& instance : variables_) {
      if (instance.broken) {
        unread.push_back(instance.variable.name.key);
      } else {
        made.push_back(std::move(instance.variable));
      }
    }
    return made;
  }

 private:
  struct Instance {
    Variable variable;
    Name prefix;
    bool unfilled;
    bool broken;
  };
  struct Bound {
    const Connection* connection;
    Name inside;   // prefix of the module
    Name outside;  // prefix of the model around
  };

  void add(const Part& part, const Name& prefix, std::size_t depth) {
    if (depth > kMaxModuleDepth) {
      return diagnostics_.error(part.location, DiagnosticCode::TooLarge,
                                "modules stand in each other more than " + std::to_string(kMaxModuleDepth) +
                                    " deep: does model '" + part.name.display + "' contain itself?",
                                ErrorCode::Limit);
    }
    for (const LocalVariable& local : part.variables) {
      if (variables_.size() >= kMaxVariables) {
        if (!std::exchange(full_, true)) {
          diagnostics_.error(local.variable.location, DiagnosticCode::TooLarge,
                             "the model has more than " + std::to_string(kMaxVariables) + " variables",
                             ErrorCode::Limit);
        }
        return;
      }
      Variable variable = local.variable;
      variable.name = joined(prefix, variable.name);
      if (const auto [other, fresh] = index_.emplace(variable.name.key, variables_.size()); !fresh) {
        duplicate(variable, variables_[other->second].variable);
        continue;
      }
      remember_module(prefix, local.variable.name);
      variables_.push_back({std::move(variable), prefix, local.unfilled, local.broken});
    }
    for (const Module& module : part.modules) {
      if (full_) return;
      if (++instances_ > kMaxVariables) {
        full_ = true;
        return diagnostics_.error(module.location, DiagnosticCode::TooLarge,
                                  "the model has more than " + std::to_string(kMaxVariables) + " modules",
                                  ErrorCode::Limit);
      }
      add_module(module, prefix, depth);
    }
  }

  void remember_module(const Name& prefix, const Name& local) {
    const auto dot = prefix.key.rfind('.');
    if (dot == std::string::npos) return;  // found without help
    const auto [known, fresh] =
        by_module_.emplace(prefix.key.substr(dot + 1) + "." + local.key, variables_.size());
    if (!fresh) known->second = kAmbiguous;
  }

  void duplicate(const Variable& variable, const Variable& other) {
    diagnostics_.error(variable.location, DiagnosticCode::DefinedTwice,
                       "'" + variable.name.display + "' is defined twice; first in line " +
                           std::to_string(other.location.line));
  }

  void add_module(const Module& module, const Name& prefix, std::size_t depth) {
    const auto model = models_.find(module.model.key);
    if (model == models_.end()) {
      if (diagnostics_.full()) return;
      std::vector<std::string> known;
      for (const Part& part : parts_) {
        if (!part.name.empty()) known.push_back(part.name.display);
      }
      return diagnostics_.error(module.location, DiagnosticCode::UnknownName,
                                "module '" + module.name.display + "' has no model '" + module.model.display +
                                    "'" + suggestion(module.model.display, known));
    }
    const Name inside = joined(prefix, module.name);
    add(*model->second, inside, depth + 1);
    for (const Connection& connection : module.connections) {
      if (bound_.size() < kMaxConnections) bound_.push_back({&connection, inside, prefix});
    }
  }

  // Stella writes every connection twice, <connect> and <connect2>, each in its own way: .x and x of the main
  // model, for one. What both mean is one source, and one of the two that leads nowhere does no harm.
  void connect() {
    std::unordered_map<std::size_t, std::size_t> sources;        // by target
    std::unordered_map<std::size_t, const Connection*> nowhere;  // the first, by target
    for (const auto& [wanted, inside, outside] : bound_) {
      if (diagnostics_.full()) return;
      const Connection& connection = *wanted;
      const auto target = input_of(connection.to, inside, outside);
      if (!target) {
        diagnostics_.error(connection.location, DiagnosticCode::UnknownName,
                           "the connection goes to '" + connection.to.display + "', which module '" +
                               inside.display + "' does not have");
        continue;
      }
      const auto source = find(connection.from, outside);
      if (!source) {
        nowhere.emplace(*target, &connection);
        continue;
      }
      const auto [known, is_new] = sources.emplace(*target, *source);
      if (is_new) {
        become_reference(variables_[*target], variables_[*source].variable, connection.location);
      } else if (known->second != *source) {
        diagnostics_.error(
            connection.location, DiagnosticCode::DefinedTwice,
            "'" + connection.to.display + "' of module '" + inside.display + "' is connected twice");
      }
    }
    for (const auto& [wanted, inside, outside] : bound_) {
      const auto target = input_of(wanted->to, inside, outside);
      if (!target || sources.contains(*target) || nowhere.at(*target) != wanted) continue;
      diagnostics_.error(wanted->location, DiagnosticCode::UnknownName,
                         "the connection comes from '" + wanted->from.display + "', which does not exist" +
                             near(wanted->from));
      variables_[*target].broken = true;
    }
  }

  // An input of the module, of a module within it (module.input), or of the enclosing model: .input of the
  // root.
  std::optional<std::size_t> input_of(const Name& to, const Name& inside, const Name& outside) const {
    if (const auto own = exact(joined(inside, to).key)) return own;
    return to.key.find('.') == std::string::npos ? std::nullopt : find(to, outside);
  }

  std::string near(const Name& wrong) const {
    std::vector<std::string> known;
    for (const auto& instance : variables_) known.push_back(instance.variable.name.display);
    return suggestion(wrong.display, known, 0);
  }

  void become_reference(Instance& input, const Variable& source, SourceLocation location) {
    Variable& variable = input.variable;
    input.unfilled = false;
    variable.inflows.clear();
    variable.outflows.clear();
    variable.conveyor.reset();
    variable.leak.reset();
    variable.queue = variable.non_negative = variable.overflow = false;
    variable.multiplier = {};
    variable.dimensions = source.dimensions;
    variable.kind = source.kind == VariableKind::Lookup ? VariableKind::Lookup : VariableKind::Auxiliary;
    if (source.kind == VariableKind::Lookup) {
      variable.equations = source.equations;
      return;
    }
    std::vector<Subscript> whole;
    for (const Name& dimension : source.dimensions) whole.push_back(subscript(dimension, location));
    Equation equation{.location = location};
    equation.expression = reference(source.name, std::move(whole), location);
    variable.equations.assign(1, std::move(equation));
    input.prefix = {};  // the source's name is qualified already
  }

  // From the model with this prefix outwards. A leading dot starts at the root.
  std::optional<std::size_t> find(const Name& name, Name prefix) const {
    if (name.key.starts_with('.')) return exact(name.key.substr(1));
    for (;;) {
      if (const auto found = exact(joined(prefix, name).key)) return found;
      if (prefix.empty()) break;
      prefix = around(prefix);
    }
    // The names of modules are unique in a file, so that one qualifier is enough however deep they stand.
    const auto deep = by_module_.find(name.key);
    return deep == by_module_.end() || deep->second == kAmbiguous ? std::nullopt
                                                                  : std::optional(deep->second);
  }

  std::optional<std::size_t> exact(const std::string& key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }

  void resolve(Variable& variable, const Name& prefix) {
    for (Equation& equation : variable.equations) {
      resolve(equation.expression, prefix);
      resolve(equation.initial, prefix);
    }
    for (FlowName& flow : variable.inflows) resolve(flow, prefix, flow.location);
    for (FlowName& flow : variable.outflows) resolve(flow, prefix, flow.location);
    resolve(variable.multiplier, prefix);
    if (variable.leak) resolve(variable.leak->fraction, prefix);
    if (!variable.conveyor) return;
    for (Expression* part :
         {&variable.conveyor->transit_time, &variable.conveyor->capacity, &variable.conveyor->inflow_limit,
          &variable.conveyor->sample, &variable.conveyor->arrest}) {
      resolve(*part, prefix);
    }
  }

  // As deep as the tree, which the equation parser has limited.
  void resolve(Expression& node, const Name& prefix) {
    if (node.kind == Expression::Kind::Reference) resolve(node.name, prefix, node.location);
    if (node.kind == Expression::Kind::Call) resolve_table(node.name, prefix);
    for (Expression& argument : node.arguments) resolve(argument, prefix);
    for (Subscript& subscript : node.subscripts) {
      const bool range = subscript.kind == Subscript::Kind::Range;
      for (Expression& operand : subscript.operands) {
        const bool element = range && operand.kind == Expression::Kind::Reference &&
                             symbols_.elements.contains(operand.name.key);
        if (!element) resolve(operand, prefix);
      }
    }
  }

  std::optional<std::size_t> target(const Name& name, const Name& prefix) const {
    const bool qualified = name.key.find('.') != std::string::npos;
    return qualified ? find(name, prefix) : exact(joined(prefix, name).key);
  }

  // A name that no model around declares is left as it is: a built-in, an element, or an error that the
  // compiler reports. But it must not be taken for a variable of the root that is not visible here.
  void resolve(Name& name, const Name& prefix, SourceLocation location) {
    if (const auto found = target(name, prefix)) {
      name = variables_[*found].variable.name;
    } else if (exact(name.key) && !is_clock(name.key) && !symbols_.is_subscript(name.key)) {
      diagnostics_.error(location, DiagnosticCode::UnknownName,
                         "module '" + prefix.display + "' has no variable '" + name.display +
                             "'; that of the main model is '." + name.display + "', or needs a <connect>");
    }
  }

  static bool is_clock(const std::string& key) {
    constexpr const char* kNames[] = {"time",      "dt",           "starttime", "stoptime",
                                      "time_step", "initial_time", "final_time"};
    return std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
  }

  // A function keeps its name even where a variable has the same.
  void resolve_table(Name& name, const Name& prefix) const {
    const auto found = target(name, prefix);
    if (!found) return;
    const auto& equations = variables_[*found].variable.equations;
    if (!equations.empty() && !equations.front().tables.empty()) name = variables_[*found].variable.name;
  }

  std::vector<Part> parts_;
  const Symbols& symbols_;
  model::Diagnostics& diagnostics_;
  std::unordered_map<std::string, const Part*> models_;
  std::vector<Instance> variables_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_map<std::string, std::size_t> by_module_;  // "module.variable" of modules within modules
  std::vector<Bound> bound_;
  std::size_t instances_ = 0;
  bool full_ = false;
};

}  // namespace

std::vector<Variable> flatten(std::vector<Part> parts, const Symbols& symbols,
                              model::Diagnostics& diagnostics, std::vector<std::string>& unread) {
  return Flattener(std::move(parts), symbols, diagnostics).run(unread);
}

}  // namespace flowyard::controller::model::xmile
