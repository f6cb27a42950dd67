#include "controller/model/units/units.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model {
namespace {

constexpr std::size_t kLongestText = 1'000;
constexpr int kGreatestPower = 100;
constexpr int kDeepestNesting = 50;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kSynonyms = {{
    {"dollar", "$"},
    {"usd", "$"},
    {"people", "person"},
    {"yr", "year"},
    {"dmnl", ""},
    {"dimensionless", ""},
    {"unitless", ""},
    {"fraction", ""},
    {"percent", "%"},
    {"hr", "hour"},
    {"none", ""},
    {"no_unit", ""},
}};

std::string base_unit(std::string_view name) {
  std::string key = key_of(name);
  const bool plural = key.size() > 3 && key.ends_with('s') && !key.ends_with("ss");
  if ((plural && key != "dimensionless") || key == "$s") key.pop_back();
  for (const auto& [from, to] : kSynonyms) {
    if (key == from) return std::string(to);
  }
  return key;
}

void add(Unit& unit, const std::string& base, int exponent) {
  if (base.empty()) return;
  int& total = unit.powers[base];
  total += exponent;
  if (total == 0) unit.powers.erase(base);
}

class UnitParser {
 public:
  explicit UnitParser(std::string_view text) : text_(text) {}

  Result<Unit> run() {
    Unit unit = formula(0);
    skip_blanks();
    if (message_.empty() && at_ < text_.size())
      fail("'" + std::string(1, text_[at_]) + "' makes no sense here");
    if (!message_.empty()) {
      return invalid(DiagnosticCode::Syntax,
                     "the units '" + std::string(text_.substr(0, 60)) + "' cannot be read: " + message_);
    }
    return unit;
  }

 private:
  Unit formula(int depth) {
    Unit unit = factor(depth);
    while (message_.empty()) {
      if (accept('*')) {
        unit = product(unit, factor(depth));
      } else if (accept('/')) {
        unit = quotient(unit, factor(depth));
      } else {
        break;
      }
    }
    return unit;
  }

  Unit factor(int depth) {
    Unit unit = atom(depth);
    if (!message_.empty() || !accept('^')) return unit;
    const bool enclosed = accept('(');
    const bool negative = accept('-');
    int exponent = 0;
    skip_blanks();
    const char* end = text_.data() + text_.size();
    const auto parsed = std::from_chars(text_.data() + at_, end, exponent);
    if (parsed.ec != std::errc() || exponent > kGreatestPower) {
      fail("a small whole number must follow '^'");
      return {};
    }
    at_ = static_cast<std::size_t>(parsed.ptr - text_.data());
    if (enclosed && !accept(')')) fail("')' is missing");
    return bounded(power(unit, negative ? -exponent : exponent));
  }

  Unit atom(int depth) {
    if (depth > kDeepestNesting) fail("it is nested too deeply");
    if (!message_.empty()) return {};
    if (accept('(')) {
      Unit unit = formula(depth + 1);
      if (message_.empty() && !accept(')')) fail("')' is missing");
      return unit;
    }
    const std::string_view name = next_name();
    Unit unit;
    if (name.empty()) {
      fail(at_ < text_.size() ? "a unit must stand before '" + std::string(1, text_[at_]) + "'"
                              : "a unit is missing");
    } else if (!is_number(name)) {
      add(unit, base_unit(name), 1);
    }
    return unit;
  }

  static bool is_number(std::string_view name) {
    double value = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
  }

  std::string_view next_name() {
    skip_blanks();
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t end = text_.find('"', at_ + 1);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
      return text_.substr(begin, at_ - begin);
    }
    at_ = std::min(text_.find_first_of("*/^()", at_), text_.size());
    std::string_view name = text_.substr(begin, at_ - begin);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    return name;
  }

  Unit bounded(Unit unit) {
    for (const auto& [base, exponent] : unit.powers) {
      if (exponent > kGreatestPower || exponent < -kGreatestPower) fail("a power is too great");
    }
    return unit;
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void fail(std::string message) {
    if (message_.empty()) message_ = std::move(message);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string message_;
};

std::string side(const Unit& unit, int sign) {
  std::string out;
  for (const auto& [base, exponent] : unit.powers) {
    if (exponent * sign <= 0) continue;
    out += (out.empty() ? "" : "*") + base;
    if (exponent * sign > 1) out += "^" + std::to_string(exponent * sign);
  }
  return out;
}

}  // namespace

Result<Unit> parse_unit(std::string_view text) {
  if (text.size() > kLongestText)
    return invalid(DiagnosticCode::TooLarge, "the units are longer than 1,000 characters");
  return UnitParser(text).run();
}

std::string to_string(const Unit& unit) {
  if (unit.dimensionless()) return "dimensionless";
  const std::string above = side(unit, 1);
  const std::string below = side(unit, -1);
  if (below.empty()) return above;
  const bool several = below.find('*') != std::string::npos;
  return (above.empty() ? "1" : above) + "/" + (several ? "(" + below + ")" : below);
}

Unit product(const Unit& a, const Unit& b) {
  Unit out = a;
  for (const auto& [base, exponent] : b.powers) add(out, base, exponent);
  return out;
}

Unit quotient(const Unit& a, const Unit& b) {
  return product(a, power(b, -1));
}

Unit power(const Unit& unit, int exponent) {
  Unit out;
  for (const auto& [base, old] : unit.powers) add(out, base, old * exponent);
  return out;
}

std::optional<Unit> square_root(const Unit& unit) {
  Unit out;
  for (const auto& [base, exponent] : unit.powers) {
    if (exponent % 2 != 0) return std::nullopt;
    out.powers[base] = exponent / 2;
  }
  return out;
}

}  // namespace flowyard::controller::model
