#include "controller/model/vensim/call_check.hpp"

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/base/suggest.hpp"
#include "controller/model/vensim/functions.hpp"
#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

using Keys = std::unordered_set<std::string>;

class CallCheck {
 public:
  CallCheck(const Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {
    for (const auto& variable : model.variables) global_.insert(variable.name.key);
    for (const auto& macro : model.macros) global_.insert(macro.name.key);
    global_.insert(model.unread.begin(), model.unread.end());
  }

  void run() {
    check(model_.variables, {});
    for (const auto& macro : model_.macros) {
      Keys local;
      for (const auto& input : macro.inputs) local.insert(input.key);
      for (const auto& variable : macro.variables) local.insert(variable.name.key);
      check(macro.variables, local);
    }
  }

  std::vector<std::string> take_unknown() { return std::move(unknown_); }

 private:
  void check(const std::vector<Variable>& variables, const Keys& local) {
    for (const auto& variable : variables) {
      for (const auto& equation : variable.equations) {
        check(equation.expression, local);
        check(equation.initial, local);
      }
    }
  }

  // As deep as a tree may be, which the parser limits.
  void check(const Expression& expression, const Keys& local) {
    if (diagnostics_.hopeless()) return;
    if (expression.kind == Expression::Kind::Call) check_call(expression, local);
    for (const auto& argument : expression.arguments) check(argument, local);
  }

  void check_call(const Expression& called, const Keys& local) {
    const std::string& key = called.name.key;
    if (global_.contains(key) || local.contains(key)) return;
    if (key == "integ") {
      diagnostics_.warn(called.location, DiagnosticCode::Foreign,
                        "Vensim itself takes INTEG only alone, right behind '='");
    } else if (key == "a_function_of") {
      diagnostics_.error(called.location, DiagnosticCode::NoEquation,
                         "A FUNCTION OF only names what the equation depends on; it is not written yet");
      unknown_.push_back(key);
    } else if (!is_known_function(key)) {
      diagnostics_.error(
          called.location, DiagnosticCode::UnknownFunction,
          "there is no function, macro or lookup " + shown(called.name.display + "(") + nearest(called.name));
      unknown_.push_back(key);
    }
  }

  std::string nearest(const Name& name) {
    if (name.display.size() > kLongestCompared) return {};
    if (callable_.empty()) list_callable();
    return suggestion(name.display, callable_, 0);
  }

  void list_callable() {
    callable_ = known_functions();
    for (const auto& macro : model_.macros) callable_.push_back(macro.name.display);
    for (const auto& variable : model_.variables) {
      const bool lookup = variable.kind == VariableKind::Lookup;
      if (lookup && callable_.size() < kMostCompared) callable_.push_back(variable.name.display);
    }
    std::erase_if(callable_, [](const std::string& name) { return name.size() > kLongestCompared; });
  }

  // Comparing takes the product of the lengths, for every name and every error.
  static constexpr std::size_t kLongestCompared = 60;
  static constexpr std::size_t kMostCompared = 500;

  const Model& model_;
  Diagnostics& diagnostics_;
  Keys global_;
  std::vector<std::string> unknown_;
  std::vector<std::string> callable_;  // filled at the first error
};

}  // namespace

void check_calls(Model& model, Diagnostics& diagnostics) {
  CallCheck check(model, diagnostics);
  check.run();
  for (std::string& key : check.take_unknown()) model.unread.push_back(std::move(key));
}

}  // namespace flowyard::controller::model::vensim
