// Calls and operators whose meaning depends on the dialect, written so that they mean the same in another.
#include <array>
#include <string_view>
#include <utility>

#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {
namespace {

struct Renaming {
  std::string_view vensim;
  const char* xmile;
};

// The same function under the name that XMILE gives it.
constexpr std::array kRenamings = {
    Renaming{"initial", "INIT"},   Renaming{"smooth", "SMTH1"},    Renaming{"smoothi", "SMTH1"},
    Renaming{"smooth3", "SMTH3"},  Renaming{"smooth3i", "SMTH3"},  Renaming{"delay1i", "DELAY1"},
    Renaming{"delay3i", "DELAY3"}, Renaming{"forecast", "FORCST"},
};

Expression two(const char* function, Expression a, Expression b, SourceLocation location) {
  std::vector<Expression> both;
  both.push_back(std::move(a));
  both.push_back(std::move(b));
  return call(function, std::move(both), location);
}

// Vensim's PULSE(start, width) for XMILE, where the name means another function: 1 while the middle of the
// step lies between start and the end, at least a step later.
Expression vensim_pulse(Expression e) {
  const SourceLocation location = e.location;
  const auto middle = [&] {
    return binary(
        BinaryOperator::Add, reference("TIME", {}, location),
        binary(BinaryOperator::Divide, reference("DT", {}, location), number(2, location), location),
        location);
  };
  Expression width = two("MAX", std::move(e.arguments[1]), reference("DT", {}, location), location);
  Expression end = binary(BinaryOperator::Add, e.arguments[0], std::move(width), location);
  Expression inside = binary(BinaryOperator::And,
                             binary(BinaryOperator::Greater, middle(), std::move(e.arguments[0]), location),
                             binary(BinaryOperator::Less, middle(), std::move(end), location), location);
  std::vector<Expression> parts;
  parts.push_back(std::move(inside));
  parts.push_back(number(1, location));
  parts.push_back(number(0, location));
  return call("IF THEN ELSE", std::move(parts), location);
}

class Calls {
 public:
  Calls(Dialect from, Dialect to)
      : from_xmile_(from == Dialect::Xmile || from == Dialect::XmileVensim),
        truncates_(from == Dialect::XmileVensim),
        to_xmile_(to == Dialect::Xmile) {}

  void operator()(Expression& e) const {
    if (e.kind == Expression::Kind::Binary && e.binary == BinaryOperator::Modulo && truncates_) {
      e = two("MODULO", std::move(e.arguments[0]), std::move(e.arguments[1]), e.location);
    }
    if (e.kind != Expression::Kind::Call) return;
    if (truncates_ && e.name.key == "int") e.name = Name("INTEGER");
    if (truncates_ && e.name.key == "mod") e.name = Name("MODULO");
    if (e.name.key == "pulse" && e.arguments.size() == 2 && from_xmile_ != to_xmile_) {
      if (to_xmile_) {
        e = vensim_pulse(std::move(e));
      } else {
        e.arguments.push_back(number(0, e.location));  // with three arguments it is XMILE's everywhere
      }
    }
    if (!to_xmile_) return;
    for (const Renaming& renaming : kRenamings) {
      if (e.name.key == renaming.vensim) {
        e.name = Name(renaming.xmile);
        break;
      }
    }
  }

 private:
  bool from_xmile_;
  bool truncates_;
  bool to_xmile_;
};

// Vensim's `Time$`: the clock is one of the whole model everywhere else too; another variable is out of
// sight.
void outer_name(Draft& draft, Expression& e) {
  if (e.kind != Expression::Kind::Reference || !e.name.key.ends_with('$')) return;
  if (e.name.key == "time$") {
    e.name = Name("TIME");
  } else if (e.name.key == "time_step$") {
    e.name = Name("DT");
  } else {
    draft.fail(e.location, "'" + e.name.display + "', a variable outside its macro, cannot be written");
  }
}

}  // namespace

void simplify_calls(Draft& draft, Dialect target) {
  const Calls rewrite(draft.model.dialect, target);
  const auto whole = [&](Expression& tree) {
    each_node(tree, [&](Expression& e) {
      if (e.kind == Expression::Kind::Call && !e.text.empty())
        draft.fail(e.location, "an output of the call of '" + e.name.display + "' cannot be written");
      rewrite(e);
    });
  };
  for (Variable& variable : draft.model.variables) each_expression(variable, whole);
  for (Macro& macro : draft.model.macros) {
    for (Variable& variable : macro.variables) {
      each_expression(variable, whole);
      each_expression(
          variable, [&](Expression& tree) { each_node(tree, [&](Expression& e) { outer_name(draft, e); }); });
    }
    for (Expression& otherwise : macro.defaults) whole(otherwise);
  }
}

}  // namespace flowyard::controller::model::simplify
