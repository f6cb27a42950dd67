#include <algorithm>
#include <cmath>
#include <utility>

#include "controller/model/xmile/equation_parser.hpp"

namespace flowyard::controller::model::xmile {

std::vector<Subscript> Parser::subscript_list(int& height) {
  std::vector<Subscript> list;
  take("[");
  do {
    list.push_back(subscript(height));
    if (failed_) return list;
  } while (take(","));
  if (!symbol("]")) unexpected("',' or ']'");
  ++next_;
  return list;
}

Subscript Parser::subscript(int& height) {
  Subscript made;
  made.location = location(peek());
  if (take("*")) return wildcard(std::move(made));
  if (take("@")) return position(std::move(made));
  if (symbol(".*", 1)) return whole_dimension(std::move(made));
  Tree tree = expression(kLowestPrecedence);
  if (failed_) return made;
  height = std::max(height, tree.height + 1);
  return classify(std::move(made), std::move(tree), height);
}

// `*`, or as simlin and Stella write it `*:Part`, which runs over a part of the dimension.
Subscript Parser::wildcard(Subscript made) {
  made.kind = Subscript::Kind::Wildcard;
  if (!take(":")) return made;
  if (peek().kind != Token::Kind::Name) {
    unexpected("the name of a dimension");
    return made;
  }
  made.kind = Subscript::Kind::Bang;
  made.name = joined_name();
  return made;
}

// Stella's `Dimension.*`.
Subscript Parser::whole_dimension(Subscript made) {
  const Name name = name_in(peek());
  if (!scope_.symbols.dimensions.contains(name.key)) {
    fail(peek(), DiagnosticCode::UnknownSubscript, "'" + name.display + "' before '.*' is no dimension");
    return made;
  }
  made.kind = Subscript::Kind::Bang;
  made.name = name;
  next_ += 2;
  return made;
}

Subscript Parser::position(Subscript made) {
  made.kind = Subscript::Kind::Position;
  const double number = peek().number;
  if (peek().kind != Token::Kind::Number || number != std::floor(number) || number < 1 || number > 100) {
    unexpected("the number of a subscript after '@'");
    return made;
  }
  made.position = static_cast<int>(number);
  ++next_;
  return made;
}

Subscript Parser::classify(Subscript made, Tree tree, int& height) {
  if (take(":")) {
    Tree last = expression(kLowestPrecedence);
    if (failed_) return made;
    height = std::max(height, last.height + 1);
    made.kind = Subscript::Kind::Range;
    made.operands.push_back(std::move(tree.node));
    made.operands.push_back(std::move(last.node));
    return made;
  }
  const auto& node = tree.node;
  const bool bang = take("!");
  if (auto name = subscript_name(node)) {
    made.kind = bang ? Subscript::Kind::Bang : Subscript::Kind::Name;
    made.name = std::move(*name);
  } else if (const auto offset = offset_of(node)) {
    made.name = *subscript_name(node.arguments[0]);
    made.offset = *offset;
  } else {
    made.kind = Subscript::Kind::Index;
    made.operands.push_back(std::move(tree.node));
  }
  return made;
}

std::optional<Name> Parser::subscript_name(const Expression& node) const {
  if (node.kind != Expression::Kind::Reference || !node.subscripts.empty()) return std::nullopt;
  const Symbols& symbols = scope_.symbols;
  if (symbols.is_subscript(node.name.key)) return node.name;
  const auto dot = node.name.key.find('.');
  if (dot == std::string::npos || !symbols.dimensions.contains(node.name.key.substr(0, dot)))
    return std::nullopt;
  if (!symbols.elements.contains(node.name.key.substr(dot + 1))) return std::nullopt;
  return Name(node.name.display.substr(node.name.display.find('.') + 1));
}

std::optional<int> Parser::offset_of(const Expression& node) const {
  const bool sum = node.kind == Expression::Kind::Binary &&
                   (node.binary == BinaryOperator::Add || node.binary == BinaryOperator::Subtract);
  if (!sum || node.arguments[1].kind != Expression::Kind::Number) return std::nullopt;
  if (!subscript_name(node.arguments[0])) return std::nullopt;
  const double offset = node.arguments[1].number;
  if (offset != std::floor(offset) || offset > 1e6) return std::nullopt;
  return node.binary == BinaryOperator::Add ? static_cast<int>(offset) : -static_cast<int>(offset);
}

}  // namespace flowyard::controller::model::xmile
