#include "controller/model/infix.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/number_text.hpp"

namespace flowyard::controller::model {
namespace {

// Binding strength, weakest first; brackets go where a weaker thing stands in a stronger.
enum Strength { Condition, Or, And, Comparison, Sum, Product, Sign, Power, Atom };

struct Spelt {
  const char* text;
  Strength strength;
};

constexpr std::array<Spelt, 14> kSigns = {{{" + ", Sum},
                                           {" - ", Sum},
                                           {" * ", Product},
                                           {" / ", Product},
                                           {" ^ ", Power},
                                           {" mod ", Product},
                                           {" < ", Comparison},
                                           {" <= ", Comparison},
                                           {" > ", Comparison},
                                           {" >= ", Comparison},
                                           {" = ", Comparison},
                                           {" <> ", Comparison},
                                           {" and ", And},
                                           {" or ", Or}}};

struct Fragment {
  std::string text;
  Strength strength = Atom;
};

class Writer {
 public:
  Writer(Spelling spelling, std::vector<Unwritable>& unwritable)
      : spelling_(spelling), unwritable_(unwritable) {}

  Fragment fragment(const Expression& e) {
    using Kind = Expression::Kind;
    switch (e.kind) {
      case Kind::Number:
        return {written(e.number), std::signbit(e.number) ? Sign : Atom};
      case Kind::NotAvailable:
        return {":NA:"};
      case Kind::Reference:
        return {written(e.name) + subscripts(e.subscripts)};
      case Kind::Unary:
        return unary_fragment(e);
      case Kind::Binary:
        return binary_fragment(e);
      case Kind::Call:
        return call_fragment(e);
      case Kind::Transpose:
        if (spelling_ == Spelling::Xmile) return {fragment(e.arguments[0]).text + "'"};
        return refuse(e.location, "a transposed array");
      case Kind::Text:
        if (spelling_ == Spelling::Yaml) return {"'" + e.text + "'"};
        return refuse(e.location, "the text '" + e.text + "' as an argument");
      case Kind::External:
        return refuse(e.location, "numbers that stand outside the model");
      case Kind::ArrayLiteral:
        return refuse(e.location, "a list of values");
      case Kind::WithLookup:
      case Kind::LookupLiteral:
        return refuse(e.location, "a table inside an expression");
      case Kind::Missing:
        break;
    }
    return refuse(e.location, "a missing expression");
  }

 private:
  Fragment refuse(SourceLocation location, std::string what) {
    unwritable_.push_back({.location = location, .what = std::move(what)});
    return {"0"};
  }

  std::string within(const Expression& e, Strength least) {
    Fragment made = fragment(e);
    return made.strength < least ? "(" + made.text + ")" : made.text;
  }

  Fragment unary_fragment(const Expression& e) {
    if (e.unary == UnaryOperator::Not) return {"(not (" + fragment(e.arguments[0]).text + "))"};
    return {(e.unary == UnaryOperator::Minus ? "-" : "+") + within(e.arguments[0], Power), Sign};
  }

  Fragment binary_fragment(const Expression& e) {
    const auto& [text, strength] = kSigns.at(static_cast<std::size_t>(e.binary));
    const auto stronger = static_cast<Strength>(strength + 1);
    // Powers bind to the right, all else to the left; comparisons not to each other.
    const bool left_open = strength != Power && strength != Comparison;
    const bool right_open = strength == Power;
    return {within(e.arguments[0], left_open ? strength : stronger) + text +
                within(e.arguments[1], right_open ? Power : stronger),
            strength};
  }

  Fragment call_fragment(const Expression& e) {
    if (e.name.key == "if_then_else" && e.arguments.size() == 3) {
      return {"if " + within(e.arguments[0], Or) + " then " + within(e.arguments[1], Or) + " else " +
                  within(e.arguments[2], Condition),
              Condition};
    }
    const bool constant = e.arguments.empty() && (e.name.key == "pi" || e.name.key == "inf");
    if (constant && spelling_ == Spelling::Xmile) return {e.name.key == "pi" ? "PI" : "INF"};
    std::string list;
    for (const Expression& argument : e.arguments)
      list += (list.empty() ? "" : ", ") + fragment(argument).text;
    return {written(e.name) + subscripts(e.subscripts) + "(" + list + ")"};
  }

  std::string subscripts(const std::vector<Subscript>& all) {
    std::string list;
    for (const Subscript& each : all) list += (list.empty() ? "" : ", ") + subscript(each);
    return list.empty() ? list : "[" + list + "]";
  }

  std::string subscript(const Subscript& each) {
    switch (each.kind) {
      case Subscript::Kind::Name:
        if (each.offset == 0) return written(each.name);
        return written(each.name) + (each.offset < 0 ? " - " : " + ") + std::to_string(std::abs(each.offset));
      case Subscript::Kind::Bang:
        return spelling_ == Spelling::Xmile ? "*:" + written(each.name) : written(each.name) + "!";
      case Subscript::Kind::Wildcard:
        return "*";
      case Subscript::Kind::Position:
        return "@" + std::to_string(each.position);
      case Subscript::Kind::Index:
        return fragment(each.operands[0]).text;
      case Subscript::Kind::Range:
        return fragment(each.operands[0]).text + ":" + fragment(each.operands[1]).text;
    }
    return {};
  }

  Spelling spelling_;
  std::vector<Unwritable>& unwritable_;
};

bool is_keyword(const std::string& key) {
  constexpr std::array kWords = {"and", "or", "not", "mod", "if", "then", "else"};
  return std::find(kWords.begin(), kWords.end(), key) != kWords.end();
}

bool is_word(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto all = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), all);
}

}  // namespace

std::string infix(const Expression& expression, Spelling spelling, std::vector<Unwritable>& unwritable) {
  return Writer(spelling, unwritable).fragment(expression).text;
}

std::string written(const Name& name) {
  std::string word = name.display;
  std::replace(word.begin(), word.end(), ' ', '_');
  if (is_word(word) && key_of(word) == name.key && !is_keyword(name.key)) return word;
  std::string quoted = "\"";
  for (const char c : name.display) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string written(double value) {
  if (std::isnan(value)) return ":NA:";
  if (std::isinf(value)) return value > 0 ? "INF()" : "-INF()";
  return number_text(value);
}

}  // namespace flowyard::controller::model
