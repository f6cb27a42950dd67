// Arrays in the form that every format supports: one equation for all elements, or one for each.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "controller/model/simplify/ranges.hpp"
#include "controller/model/simplify/simplify.hpp"
#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {
namespace {

// What one subscript of the left-hand side stands for, in one element.
struct Bound {
  std::string range;  // empty where the left-hand side names the element itself
  Name element;
};

class Arrays {
 public:
  Arrays(Draft& draft, const Ranges& ranges, Dialect target)
      : draft_(draft), ranges_(ranges), transposes_(target == Dialect::Xmile) {}

  void simplify(Variable& variable) {
    if (variable.equations.empty()) return;
    const bool whole =
        std::all_of(variable.equations.begin(), variable.equations.end(), [&](const Equation& e) {
          return e.subscripts.empty() && writable(e.expression) && writable(e.initial) &&
                 e.expression.kind != Expression::Kind::ArrayLiteral &&
                 e.initial.kind != Expression::Kind::ArrayLiteral && e.tables.size() < 2;
        });
    if (whole) return;
    for (Equation& equation : variable.equations) {
      if (equation.subscripts.empty()) {
        for (const Name& name : variable.dimensions)
          equation.subscripts.push_back(subscript(name, equation.location));
      }
      if (equation.subscripts.size() != variable.equations.front().subscripts.size()) {
        return draft_.fail(equation.location,
                           "'" + variable.name.display + "' has equations of different shape");
      }
    }
    if (!apply_to_all(variable)) expand(variable);
  }

 private:
  // XMILE's a' must be written element by element in other formats.
  bool writable(Expression tree) const {
    bool found = false;
    each_node(tree, [&](Expression& node) { found = found || node.kind == Expression::Kind::Transpose; });
    return transposes_ || !found;
  }

  bool apply_to_all(Variable& variable) const {
    Equation& only = variable.equations.front();
    if (variable.equations.size() != 1 || !only.except.empty() || only.tables.size() > 1) return false;
    std::unordered_set<std::string> left;
    for (const Subscript& subscript : only.subscripts) {
      if (!ranges_.is_range(subscript.name.key) || !left.insert(subscript.name.key).second) return false;
    }
    if (!plain(only.expression, left) || !plain(only.initial, left)) return false;
    variable.dimensions.clear();
    for (const Subscript& subscript : only.subscripts) variable.dimensions.push_back(subscript.name);
    only.subscripts.clear();
    return true;
  }

  // Nothing in it depends on more than the ranges of the left-hand side.
  bool plain(Expression tree, const std::unordered_set<std::string>& left) const {
    bool is_plain = writable(tree);
    each_node(tree, [&](Expression& node) {
      if (node.kind == Expression::Kind::ArrayLiteral) is_plain = false;
      for (const Subscript& subscript : node.subscripts) {
        const bool other = subscript.kind == Subscript::Kind::Name && ranges_.is_range(subscript.name.key) &&
                           !left.contains(subscript.name.key);
        if (other || subscript.kind == Subscript::Kind::Position) is_plain = false;
      }
    });
    return is_plain;
  }

  void expand(Variable& variable) {
    std::vector<Equation> made;
    for (const Equation& equation : variable.equations) expand(equation, variable, made);
    if (made.empty()) return;
    if (variable.dimensions.empty()) find_dimensions(variable, made);
    variable.equations = std::move(made);
  }

  std::vector<std::vector<Bound>> choices_of(const Equation& equation) const {
    std::vector<std::vector<Bound>> choices;
    for (const Subscript& subscript : equation.subscripts) {
      auto& here = choices.emplace_back();
      if (!ranges_.is_range(subscript.name.key)) {
        here.push_back({.range = {}, .element = subscript.name});
        continue;
      }
      for (const Name& element : ranges_.elements(subscript.name.key)) {
        here.push_back({.range = subscript.name.key, .element = element});
      }
    }
    return choices;
  }

  void expand(const Equation& equation, const Variable& variable, std::vector<Equation>& made) {
    const auto choices = choices_of(equation);
    std::size_t count = 1;
    for (const auto& choice : choices) {
      count *= choice.size();
      if (count + total_ > kMaxExpandedEquations) {
        if (draft_.errors.empty()) {
          draft_.fail(equation.location, "the arrays have too many elements to be written one by one",
                      ErrorCode::Limit);
        }
        return;
      }
    }
    total_ += count;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Bound> bound(choices.size());
      std::size_t rest = i;
      for (std::size_t k = choices.size(); k-- > 0;) {
        bound[k] = choices[k][rest % choices[k].size()];
        rest /= choices[k].size();
      }
      if (!excepted(equation, bound)) made.push_back(element(equation, variable, bound, i, count));
    }
  }

  bool excepted(const Equation& equation, const std::vector<Bound>& bound) const {
    return std::any_of(
        equation.except.begin(), equation.except.end(), [&](const std::vector<Subscript>& list) {
          for (std::size_t k = 0; k < list.size() && k < bound.size(); ++k) {
            const auto& key = list[k].name.key;
            const bool here = ranges_.is_range(key) ? ranges_.position(key, bound[k].element.key).has_value()
                                                    : key == bound[k].element.key;
            if (!here) return false;
          }
          return true;
        });
  }

  Equation element(const Equation& equation, const Variable& variable, const std::vector<Bound>& bound,
                   std::size_t at, std::size_t count) {
    Equation made{.location = equation.location};
    for (const Bound& each : bound) made.subscripts.push_back(subscript(each.element, equation.location));
    made.expression = value(equation.expression, variable, bound, at);
    made.initial = value(equation.initial, variable, bound, at);
    if (!equation.tables.empty()) {
      made.tables.push_back(equation.tables[equation.tables.size() == count ? at : 0]);
    }
    return made;
  }

  Expression value(const Expression& whole, const Variable& variable, const std::vector<Bound>& bound,
                   std::size_t at) {
    const bool literal = whole.kind == Expression::Kind::ArrayLiteral;
    if (literal && at >= whole.arguments.size()) {
      draft_.fail(whole.location,
                  "'" + variable.name.display + "' has more elements than its list of values");
      return {};
    }
    Expression made = literal ? whole.arguments[at] : whole;
    each_node(made, [&](Expression& node) { substitute(node, bound); });
    return made;
  }

  void substitute(Expression& node, const std::vector<Bound>& bound) const {
    for (Subscript& subscript : node.subscripts) substitute(subscript, bound);
    if (node.kind == Expression::Kind::Transpose) return turn(node, bound);
    // A dimension's name used as a number.
    if (node.kind != Expression::Kind::Reference || !node.subscripts.empty()) return;
    if (!ranges_.is_range(node.name.key)) return;
    for (const Bound& each : bound) {
      const auto element = ranges_.corresponding(node.name.key, each.range, each.element);
      if (each.range.empty() || !element) continue;
      const auto at = ranges_.position(node.name.key, element->key);
      if (at) node = number(static_cast<double>(*at + 1), node.location);
      return;
    }
  }

  // The element of a whole array at the left-hand side's own, read backwards.
  void turn(Expression& node, const std::vector<Bound>& bound) const {
    const Expression& array = node.arguments[0];
    const auto& all = draft_.model.variables;
    const auto of =
        std::find_if(all.begin(), all.end(), [&](const Variable& v) { return v.name == array.name; });
    const bool whole = array.kind == Expression::Kind::Reference && array.subscripts.empty();
    if (transposes_ || !whole || of == all.end() || of->dimensions.size() != bound.size()) return;
    std::vector<Subscript> backwards;
    for (auto each = bound.rbegin(); each != bound.rend(); ++each)
      backwards.push_back(subscript(each->element, node.location));
    node = reference(array.name, std::move(backwards), node.location);
  }

  void substitute(Subscript& subscript, const std::vector<Bound>& bound) const {
    if (subscript.kind == Subscript::Kind::Position) return substitute_position(subscript, bound);
    if (subscript.kind != Subscript::Kind::Name || !ranges_.is_range(subscript.name.key)) return;
    // The same range first: [a, b] = x[b, a] must not take the one for the other.
    for (const bool same : {true, false}) {
      for (const Bound& each : bound) {
        if (each.range.empty() || (each.range == subscript.name.key) != same) continue;
        const auto element = ranges_.corresponding(subscript.name.key, each.range, each.element);
        if (!element) continue;
        shift(subscript, *element);
        return;
      }
    }
  }

  // [t-1]: the element before.
  void shift(Subscript& subscript, const Name& element) const {
    const auto& all = ranges_.elements(subscript.name.key);
    const auto at = ranges_.position(subscript.name.key, element.key);
    const auto moved = static_cast<std::int64_t>(at.value_or(0)) + subscript.offset;
    if (subscript.offset != 0 && (!at || moved < 0 || moved >= static_cast<std::int64_t>(all.size()))) return;
    subscript.name = subscript.offset == 0 ? element : all[static_cast<std::size_t>(moved)];
    subscript.offset = 0;
  }

  void substitute_position(Subscript& subscript, const std::vector<Bound>& bound) const {
    const auto which = static_cast<std::size_t>(subscript.position) - 1;
    if (which >= bound.size()) return;
    const auto at = ranges_.position(bound[which].range, bound[which].element.key);
    if (!at) return;
    subscript.kind = Subscript::Kind::Index;
    subscript.operands.assign(1, number(static_cast<double>(*at + 1), subscript.location));
  }

  void find_dimensions(Variable& variable, const std::vector<Equation>& made) {
    for (std::size_t k = 0; k < made.front().subscripts.size(); ++k) {
      std::vector<Name> used;
      std::unordered_set<std::string> seen;
      for (const Equation& equation : made) {
        if (seen.insert(equation.subscripts[k].name.key).second) used.push_back(equation.subscripts[k].name);
      }
      const auto range = ranges_.covering(used);
      if (!range) {
        draft_.fail(variable.location,
                    "no dimension has all the elements that '" + variable.name.display + "' uses");
        return;
      }
      variable.dimensions.push_back(*range);
    }
  }

  Draft& draft_;
  const Ranges& ranges_;
  bool transposes_;
  std::size_t total_ = 0;
};

}  // namespace

void simplify_arrays(Draft& draft, Dialect target) {
  const Ranges ranges(draft);
  Arrays arrays(draft, ranges, target);
  for (Variable& variable : draft.model.variables) arrays.simplify(variable);
}

}  // namespace flowyard::controller::model::simplify
