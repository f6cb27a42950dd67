#include "controller/model/units/unit_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "controller/model/units/unit_rules.hpp"
#include "controller/model/units/units.hpp"

namespace flowyard::controller::model {
namespace {

// What is known of the unit of a value.
struct Measured {
  enum class Kind {
    Unknown,
    Number,  // fits everywhere
    Known,
  };
  Kind kind = Kind::Unknown;
  Unit unit = {};

  bool known() const { return kind == Kind::Known; }
};

Measured unknown() {
  return {};
}
Measured plain_number() {
  return {.kind = Measured::Kind::Number, .unit = {}};
}
// Powers that no model means are not followed, so that none can overflow.
Measured known(Unit unit) {
  for (const auto& [base, exponent] : unit.powers) {
    if (exponent > 1'000 || exponent < -1'000) return unknown();
  }
  return {.kind = Measured::Kind::Known, .unit = std::move(unit)};
}
Measured dimensionless() {
  return known({});
}

// A whole number written as such, for powers.
std::optional<int> whole_number(const Expression& e) {
  if (e.kind == Expression::Kind::Unary && e.unary == UnaryOperator::Minus) {
    const auto inner = whole_number(e.arguments.at(0));
    return inner ? std::optional(-*inner) : std::nullopt;
  }
  const bool whole = e.kind == Expression::Kind::Number && std::floor(e.number) == e.number;
  return whole && std::fabs(e.number) <= 20 ? std::optional(static_cast<int>(e.number)) : std::nullopt;
}

class UnitCheck {
 public:
  UnitCheck(const Model& model, UnitRules rules) : model_(model), find_rule_(rules) {
    for (const auto& same : model.unit_equivalents) declare_same(same);
    for (const auto& variable : model.variables) declare(variable);
    if (!model.time.units.empty()) {
      if (auto unit = read_unit(model.time.units)) time_ = known(std::move(*unit));
    }
    for (const char* name :
         {"time", "initial_time", "final_time", "time_step", "saveper", "starttime", "stoptime", "dt"}) {
      units_.try_emplace(name, time_);
    }
    for (const auto& dimension : model.dimensions) units_.try_emplace(dimension.name.key, plain_number());
  }

  UnitReport run() {
    for (const auto& variable : model_.variables) check(variable);
    std::stable_sort(report_.mismatches.begin(), report_.mismatches.end(),
                     [](const Warning& a, const Warning& b) {
                       return std::tie(a.location.file, a.location.line, a.location.column) <
                              std::tie(b.location.file, b.location.line, b.location.column);
                     });
    return std::move(report_);
  }

 private:
  static std::optional<std::string> single_name(const std::string& text) {
    const auto unit = parse_unit(text);
    if (!unit || unit->powers.size() != 1 || unit->powers.begin()->second != 1) return std::nullopt;
    return unit->powers.begin()->first;
  }

  void declare_same(const std::vector<std::string>& names) {
    std::optional<std::string> first;
    for (const std::string& text : names) {
      const auto name = single_name(text);
      if (!name) continue;
      if (!first) first = same_.contains(*name) ? same_.at(*name) : *name;
      if (*name != *first) same_.emplace(*name, *first);
    }
  }

  Result<Unit> read_unit(const std::string& text) const {
    auto unit = parse_unit(text);
    if (!unit || same_.empty()) return unit;
    Unit renamed;
    for (const auto& [name, exponent] : unit->powers) {
      const auto other = same_.find(name);
      Unit base;
      base.powers[other == same_.end() ? name : other->second] = exponent;
      renamed = product(renamed, base);
    }
    return renamed;
  }

  void declare(const Variable& variable) {
    Measured& unit = units_[variable.name.key];
    if (variable.units.empty()) {
      report_.without_units.push_back(variable.name);
      return;
    }
    auto parsed = read_unit(variable.units);
    if (parsed) {
      unit = known(std::move(*parsed));
    } else {
      mismatch(variable.location, "'" + variable.name.display + "': " + parsed.error().message);
    }
  }

  void mismatch(SourceLocation location, std::string message) {
    report_.mismatches.push_back(
        {.message = std::move(message), .location = location, .diagnostic = DiagnosticCode::WrongUnits});
  }

  void check(const Variable& variable) {
    const Measured declared = units_[variable.name.key];
    const bool stock = variable.kind == VariableKind::Stock;
    for (const auto& equation : variable.equations) {
      const Measured given = measure(equation.expression);
      // With a table beside it, the expression is only the table's input.
      if (equation.tables.empty() && equation.expression.present()) {
        compare(variable, equation.expression.location, declared, stock ? integrated(given) : given,
                stock ? "its rate times time gives " : "its equation gives ");
      }
      if (equation.initial.present()) {
        compare(variable, equation.initial.location, declared, measure(equation.initial),
                "its initial value gives ");
      }
    }
    for (const auto* flows : {&variable.inflows, &variable.outflows}) {
      for (const auto& flow : *flows) {
        compare(variable, variable.location, declared, integrated(unit_of(flow)),
                "the flow '" + flow.display + "' times time gives ");
      }
    }
  }

  void compare(const Variable& variable, SourceLocation location, const Measured& declared,
               const Measured& given, const std::string& how) {
    if (!declared.known() || !given.known() || declared.unit == given.unit) return;
    mismatch(location, "'" + variable.name.display + "' is in " + to_string(declared.unit) + ", but " + how +
                           to_string(given.unit));
  }

  Measured unit_of(const Name& name) const {
    const auto found = units_.find(name.key);
    return found == units_.end() ? unknown() : found->second;
  }

  Measured measure(const Expression& e) {
    using Kind = Expression::Kind;
    switch (e.kind) {
      case Kind::Number:
      case Kind::NotAvailable:
        return plain_number();
      case Kind::Reference:
        return unit_of(e.name);
      case Kind::Unary: {
        const Measured inner = measure(e.arguments.at(0));
        return e.unary == UnaryOperator::Not ? dimensionless() : inner;
      }
      case Kind::Binary:
        return measure_binary(e);
      case Kind::Call:
        return measure_call(e);
      case Kind::ArrayLiteral: {
        Measured out = plain_number();
        for (const auto& value : e.arguments) {
          const Measured unit = measure(value);
          if (unit.kind != Measured::Kind::Number) out = unit;
        }
        return out;
      }
      case Kind::Transpose:
        return measure(e.arguments.at(0));
      default:
        for (const auto& argument : e.arguments) measure(argument);
        return unknown();
    }
  }

  // Both operands of one unit: the one that is known.
  Measured same(const Measured& a, const Measured& b, SourceLocation location, const char* what) {
    if (a.known() && b.known() && a.unit != b.unit) {
      mismatch(location, std::string(what) + to_string(a.unit) + " and " + to_string(b.unit));
      return unknown();
    }
    if (a.known() || b.kind == Measured::Kind::Number) return a;
    return b.known() || a.kind == Measured::Kind::Number ? b : unknown();
  }

  static Measured product_of(const Measured& a, const Measured& b) {
    using Kind = Measured::Kind;
    if (a.kind == Kind::Unknown || b.kind == Kind::Unknown) return unknown();
    if (a.kind == Kind::Number && b.kind == Kind::Number) return plain_number();
    return known(product(a.unit, b.unit));
  }

  // A plain number as rate fits every stock.
  Measured integrated(const Measured& rate) const {
    return rate.kind == Measured::Kind::Number ? rate : product_of(rate, time_);
  }

  static Measured inverse(Measured a) {
    a.unit = power(a.unit, -1);
    return a;
  }

  Measured measure_binary(const Expression& e) {
    const Measured left = measure(e.arguments.at(0));
    const Measured right = measure(e.arguments.at(1));
    switch (e.binary) {
      case BinaryOperator::Add:
      case BinaryOperator::Subtract:
        return same(left, right, e.location, "cannot add or subtract ");
      case BinaryOperator::Modulo:
        return same(left, right, e.location, "cannot divide with a remainder ");
      case BinaryOperator::Multiply:
        return product_of(left, right);
      case BinaryOperator::Divide:
        return product_of(left, inverse(right));
      case BinaryOperator::Power:
        return raised(left, right, e);
      case BinaryOperator::And:
      case BinaryOperator::Or:
        return dimensionless();
      default:
        same(left, right, e.location, "cannot compare ");
        return dimensionless();
    }
  }

  Measured raised(const Measured& base, const Measured& exponent, const Expression& e) {
    if (exponent.known() && !exponent.unit.dimensionless()) {
      mismatch(e.location, "an exponent has no unit, but this one is in " + to_string(exponent.unit));
    }
    if (!base.known() || base.unit.dimensionless()) return base;
    if (const auto times = whole_number(e.arguments.at(1))) return known(power(base.unit, *times));
    mismatch(e.location,
             "only a whole number as exponent makes sense for a value in " + to_string(base.unit));
    return unknown();
  }

  Measured measure_call(const Expression& e) {
    std::vector<Measured> arguments;
    for (const auto& argument : e.arguments) arguments.push_back(measure(argument));
    if (e.name.key == "power" && arguments.size() == 2) return raised(arguments[0], arguments[1], e);
    if (units_.contains(e.name.key)) return unit_of(e.name);  // a lookup: its units are those of its y
    const UnitRule* rule = find_rule_(e.name.key);
    return rule == nullptr ? unknown() : apply(*rule, arguments, e);
  }

  Measured apply(const UnitRule& rule, const std::vector<Measured>& arguments, const Expression& e) {
    std::array<Measured, 2> classes = {plain_number(), plain_number()};
    const std::string complaint = "arguments of " + e.name.display + " do not go together: ";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool beyond = i >= rule.arguments.size();
      if (beyond && !rule.repeat) break;
      const char wanted = rule.arguments[beyond ? rule.arguments.size() - 1 : i];
      const SourceLocation location = e.arguments[i].location;
      if (wanted == 'x' || wanted == 'y') {
        Measured& unit = classes[wanted == 'x' ? 0 : 1];
        unit = same(unit, arguments[i], location, complaint.c_str());
      } else if (wanted == 't' || wanted == '1') {
        expect(wanted == 't' ? time_ : dimensionless(), arguments[i], location, e.name.display, i);
      }
    }
    return result_of(rule, classes, e);
  }

  void expect(const Measured& wanted, const Measured& found, SourceLocation location,
              const std::string& function, std::size_t i) {
    if (!wanted.known() || !found.known() || wanted.unit == found.unit) return;
    mismatch(location, "argument " + std::to_string(i + 1) + " of " + function + " must be " +
                           (wanted.unit.dimensionless() ? "" : "in ") + to_string(wanted.unit) +
                           ", but is in " + to_string(found.unit));
  }

  Measured result_of(const UnitRule& rule, const std::array<Measured, 2>& classes, const Expression& e) {
    const auto& [x, y] = classes;
    switch (rule.result) {
      case 'x':
        return x;
      case '1':
        return dimensionless();
      case '/':
        return product_of(x, inverse(y));
      case '*':
        return product_of(x, time_);
      case 'r':
        return product_of(plain_number(), inverse(time_));
      case 's': {
        if (!x.known()) return x;
        if (auto root = square_root(x.unit)) return known(std::move(*root));
        mismatch(e.location, "the square root of a value in " + to_string(x.unit) + " has no unit");
        return unknown();
      }
      default:
        return unknown();
    }
  }

  std::unordered_map<std::string, std::string> same_;  // from a unit to the one that stands for it
  const Model& model_;
  UnitRules find_rule_;
  UnitReport report_;
  Measured time_;
  std::unordered_map<std::string, Measured> units_;
};

}  // namespace

UnitReport check_units(const Model& model, UnitRules rules) {
  return UnitCheck(model, rules).run();
}

}  // namespace flowyard::controller::model
