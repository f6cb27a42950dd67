#include "worker/model/xmile/equation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "worker/model/xmile/lexer.hpp"

namespace flowyard::worker::model::xmile {
namespace {

struct Operator {
  std::string_view text;
  int precedence;
  BinaryOperator meaning;
};

constexpr int lowest = 1;
constexpr std::array operators = {
    Operator{"or", 1, BinaryOperator::Or},      Operator{"and", 2, BinaryOperator::And},
    Operator{"=", 3, BinaryOperator::Equal},    Operator{"<>", 3, BinaryOperator::NotEqual},
    Operator{"<", 4, BinaryOperator::Less},     Operator{"<=", 4, BinaryOperator::LessEqual},
    Operator{">", 4, BinaryOperator::Greater},  Operator{">=", 4, BinaryOperator::GreaterEqual},
    Operator{"+", 5, BinaryOperator::Add},      Operator{"-", 5, BinaryOperator::Subtract},
    Operator{"*", 6, BinaryOperator::Multiply}, Operator{"/", 6, BinaryOperator::Divide},
    Operator{"mod", 6, BinaryOperator::Modulo}, Operator{"//", 6, BinaryOperator::Divide},
};

// The longest chain of words that is tried as one name, where an exporter forgot the quotes.
constexpr std::size_t max_joined_words = 12;

// A tree with its height, so that the limit costs nothing to check.
struct Tree {
  Expression node;
  int height = 1;
};

class Parser {
 public:
  Parser(const Text& text, const Scope& scope)
      : text_(text), scope_(scope), lexed_(tokenize(text.value)), tokens_(lexed_.list) {}

  Expression run() {
    if (peek().kind == Token::Kind::End || exhausted()) return {};
    Tree tree = expression(lowest);
    if (!failed_ && scope_.array && (symbol(",") || symbol(";"))) tree = elements(std::move(tree));
    if (!failed_ && peek().kind != Token::Kind::End) unexpected("an operator or the end of the equation");
    return failed_ ? Expression{} : std::move(tree.node);
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  bool symbol(std::string_view text, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::Symbol && peek(ahead).text == text;
  }
  bool take(std::string_view text) {
    if (!symbol(text)) return false;
    ++next_;
    return true;
  }

  // All equations of the file share one budget: a tree takes far more memory than its text.
  bool exhausted() {
    scope_.budget.tokens += tokens_.size();
    if (scope_.budget.tokens <= max_file_tokens) return false;
    fail(peek(), "the equations of this file are too long in all", ErrorCode::Limit);
    return true;
  }

  Place place(const Token& token) const {
    const auto& offsets = text_.offsets;
    if (offsets.empty()) return {};
    return scope_.document.place_at(token.at < offsets.size() ? offsets[token.at] : offsets.back() + 1U);
  }

  // The equation around `token`, short enough for one line.
  std::string quoted(const Token& token) const {
    constexpr std::size_t most = 60;
    const std::size_t begin = token.at > most / 2 ? token.at - most / 2 : 0;
    std::string piece = text_.value.substr(begin, most);
    for (char& c : piece) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    const auto first = piece.find_first_not_of(' ');
    piece = first == piece.npos ? "" : piece.substr(first, piece.find_last_not_of(' ') - first + 1);
    return (begin > 0 ? "'..." : "'") + piece + (begin + most < text_.value.size() ? "...'" : "'");
  }

  Tree fail(const Token& token, const std::string& message, ErrorCode code = ErrorCode::Invalid) {
    if (!failed_) scope_.findings.error(place(token), message + ", in " + quoted(token), code);
    failed_ = true;
    return {};
  }

  Tree unexpected(const std::string& wanted) {
    const Token& token = peek();
    if (token.kind == Token::Kind::Wrong) return fail(token, lexed_.wrong);
    const bool end = token.kind == Token::Kind::End;
    return fail(token, "expected " + wanted + ", found " +
                           (end ? "the end of the equation" : "'" + std::string(token.text) + "'"));
  }

  bool expect(std::string_view text) {
    if (take(text)) return true;
    unexpected("'" + std::string(text) + "'");
    return false;
  }

  bool too_deep(int height) {
    if (height <= max_expression_depth) return false;
    fail(peek(), "the expression is nested more than " + std::to_string(max_expression_depth) + " deep",
         ErrorCode::Limit);
    return true;
  }

  Tree join(BinaryOperator op, bool safe, Tree left, Tree right, const Token& at) {
    const int height = 1 + std::max(left.height, right.height);
    if (too_deep(height)) return {};
    if (!safe) return {binary(op, std::move(left.node), std::move(right.node), place(at)), height};
    std::vector<Expression> both;
    both.push_back(std::move(left.node));
    both.push_back(std::move(right.node));
    return {call("SAFEDIV", std::move(both), place(at)), height};
  }

  const Operator* binary_operator() const {
    const Token& token = peek();
    const bool words = token.kind == Token::Kind::Name;
    if (!words && token.kind != Token::Kind::Symbol) return nullptr;
    for (const Operator& op : operators) {
      if (words ? is_word(token, op.text) : token.text == op.text) return &op;
    }
    return nullptr;
  }

  Tree expression(int precedence) {
    if (too_deep(++nesting_)) return {};
    Tree left = unary_or_power();
    while (!failed_) {
      const Operator* op = binary_operator();
      if (op == nullptr || op->precedence < precedence) break;
      const Token& at = peek();
      ++next_;
      Tree right = expression(op->precedence + 1);
      if (!failed_) left = join(op->meaning, op->text == "//", std::move(left), std::move(right), at);
    }
    --nesting_;
    return left;
  }

  Tree unary_or_power() {
    const Token& at = peek();
    const bool negation = is_word(at, "not");
    if (!negation && !symbol("-") && !symbol("+")) return power();
    const auto op = negation         ? UnaryOperator::Not
                    : at.text == "-" ? UnaryOperator::Minus
                                     : UnaryOperator::Plus;
    ++next_;
    if (too_deep(++nesting_)) return {};
    Tree operand = unary_or_power();
    --nesting_;
    if (failed_ || too_deep(operand.height + 1)) return {};
    return {unary(op, std::move(operand.node), place(at)), operand.height + 1};
  }

  Tree power() {
    Tree base = primary();
    if (failed_ || !symbol("^")) return base;
    const Token& at = peek();
    ++next_;
    if (too_deep(++nesting_)) return {};
    Tree exponent = unary_or_power();
    --nesting_;
    if (failed_) return {};
    return join(BinaryOperator::Power, false, std::move(base), std::move(exponent), at);
  }

  Tree primary() {
    const Token& token = peek();
    if (token.kind == Token::Kind::Number) {
      ++next_;
      return {number(token.number, place(token))};
    }
    if (take(":NA:")) return {not_available(place(token))};
    if (take("(")) {
      Tree inside = expression(lowest);
      if (!failed_) expect(")");
      return inside;
    }
    if (is_word(token, "if")) return condition();
    if (token.kind == Token::Kind::Name && !keyword(token)) return named();
    return unexpected("a number, a name or '('");
  }

  static bool keyword(const Token& token) {
    constexpr std::array words = {"if", "then", "else", "and", "or", "not", "mod"};
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return is_word(token, word); });
  }

  Tree condition() {
    const Token at = peek();
    ++next_;
    if (is_word(peek(), "then") && is_word(peek(1), "else") && symbol("(", 2)) {  // Vensim's function
      next_ += 2;
      return arguments("IF THEN ELSE", {}, at);
    }
    std::vector<Expression> parts;
    int height = 0;
    for (const char* word : {"then", "else", ""}) {
      Tree part = expression(lowest);
      if (failed_) return {};
      height = std::max(height, part.height);
      parts.push_back(std::move(part.node));
      if (*word == '\0') break;
      if (!is_word(peek(), word)) return unexpected(*word == 't' ? "THEN" : "ELSE");
      ++next_;
    }
    if (too_deep(height + 1)) return {};
    return {call("IF THEN ELSE", std::move(parts), place(at)), height + 1};
  }

  // A name of several words that should have been quoted, if the file declares such a one.
  Name joined_name() {
    Name name = name_in(peek());
    std::size_t best = 1;
    Name words = name;
    const bool known = scope_.symbols.declared(name.key);
    for (std::size_t count = 2; count <= max_joined_words && !peek().quoted; ++count) {
      const Token& word = peek(count - 1);
      if (word.kind != Token::Kind::Name && word.kind != Token::Kind::Number) break;
      if (word.quoted || (known && keyword(word))) break;
      words = Name(words.display + " " + std::string(word.text));
      if (scope_.symbols.declared(words.key)) {
        best = count;
        name = words;
      }
    }
    next_ += best;
    return name;
  }

  Tree named() {
    const Token at = peek();
    Name name = joined_name();
    std::vector<Subscript> subscripts;
    int height = 1;
    if (symbol("[")) subscripts = subscript_list(height);
    if (failed_) return {};
    if (symbol("(")) return arguments(std::move(name), std::move(subscripts), at);
    Tree tree{reference_to(std::move(name), std::move(subscripts), place(at)), height};
    if (!take("'")) return tree;
    Expression transposed;
    transposed.kind = Expression::Kind::Transpose;
    transposed.place = place(at);
    transposed.arguments.push_back(std::move(tree.node));
    return {std::move(transposed), height + 1};
  }

  Expression reference_to(Name name, std::vector<Subscript> subscripts, Place at) const {
    const bool bare = subscripts.empty() && !scope_.symbols.declared(name.key);
    if (bare && name.key == "self" && !scope_.self.empty()) {
      return reference(scope_.self, scope_.self_subscripts, at);
    }
    if (bare && (name.key == "pi" || name.key == "inf")) return call(std::move(name), {}, at);
    return reference(std::move(name), std::move(subscripts), at);
  }

  Tree arguments(Name function, std::vector<Subscript> subscripts, const Token& at) {
    take("(");
    std::vector<Expression> list;
    int height = 1;
    if (!take(")")) {
      do {
        Tree argument = expression(lowest);
        if (failed_) return {};
        height = std::max(height, argument.height + 1);
        list.push_back(std::move(argument.node));
      } while (take(","));
      if (!symbol(")")) return unexpected("',' or ')'");
      ++next_;
    }
    if (too_deep(height)) return {};
    Tree made{call(std::move(function), std::move(list), place(at)), height};
    made.node.subscripts = std::move(subscripts);
    return made;
  }

  std::vector<Subscript> subscript_list(int& height) {
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

  Subscript subscript(int& height) {
    Subscript made;
    made.place = place(peek());
    if (take("*")) {
      made.kind = Subscript::Kind::Wildcard;
      if (!take(":")) return made;
      // simlin and Stella: `*:Part` runs over a part of the dimension.
      if (peek().kind != Token::Kind::Name) {
        unexpected("the name of a dimension");
        return made;
      }
      made.kind = Subscript::Kind::Bang;
      made.name = joined_name();
      return made;
    }
    if (take("@")) {
      made.kind = Subscript::Kind::Position;
      const double position = peek().number;
      if (peek().kind != Token::Kind::Number || position != std::floor(position) || position < 1 ||
          position > 100) {
        unexpected("the number of a subscript after '@'");
        return made;
      }
      made.position = static_cast<int>(position);
      ++next_;
      return made;
    }
    Tree tree = expression(lowest);
    if (failed_) return made;
    height = std::max(height, tree.height + 1);
    return classify(std::move(made), std::move(tree), height);
  }

  Subscript classify(Subscript made, Tree tree, int& height) {
    if (take(":")) {
      Tree last = expression(lowest);
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

  // The element or dimension that `node` names; dimension.element names the element.
  std::optional<Name> subscript_name(const Expression& node) const {
    if (node.kind != Expression::Kind::Reference || !node.subscripts.empty()) return std::nullopt;
    const Symbols& symbols = scope_.symbols;
    if (symbols.is_subscript(node.name.key)) return node.name;
    const auto dot = node.name.key.find('.');
    if (dot == std::string::npos || !symbols.dimensions.contains(node.name.key.substr(0, dot)))
      return std::nullopt;
    if (!symbols.elements.contains(node.name.key.substr(dot + 1))) return std::nullopt;
    return Name(node.name.display.substr(node.name.display.find('.') + 1));
  }

  // dimension + 1, dimension - 1
  std::optional<int> offset_of(const Expression& node) const {
    const bool sum = node.kind == Expression::Kind::Binary &&
                     (node.binary == BinaryOperator::Add || node.binary == BinaryOperator::Subtract);
    if (!sum || node.arguments[1].kind != Expression::Kind::Number) return std::nullopt;
    if (!subscript_name(node.arguments[0])) return std::nullopt;
    const double offset = node.arguments[1].number;
    if (offset != std::floor(offset) || offset > 1e6) return std::nullopt;
    return node.binary == BinaryOperator::Add ? static_cast<int>(offset) : -static_cast<int>(offset);
  }

  // "1, 2; 3, 4": the elements of an array in order, as Vensim exports them.
  Tree elements(Tree first) {
    std::vector<Expression> values;
    int height = first.height;
    std::size_t row = 0;
    std::size_t in_row = 1;
    values.push_back(std::move(first.node));
    while (symbol(",") || symbol(";")) {
      const Token& separator = peek();
      ++next_;
      if (separator.text == ";") {
        if (row != 0 && row != in_row) return fail(separator, "this row is not as long as the first");
        row = std::exchange(in_row, 0);
        if (peek().kind == Token::Kind::End) break;
      }
      Tree value = expression(lowest);
      if (failed_) return {};
      height = std::max(height, value.height);
      values.push_back(std::move(value.node));
      ++in_row;
    }
    if (row != 0 && in_row != 0 && in_row != row)
      return fail(peek(), "the last row is not as long as the first");
    if (row == 0) row = in_row;
    const Place at = values.front().place;
    return {array_literal(std::move(values), static_cast<int>(row), at), height + 1};
  }

  const Text& text_;
  const Scope& scope_;
  Tokens lexed_;
  const std::vector<Token>& tokens_;
  std::size_t next_ = 0;
  int nesting_ = 0;
  bool failed_ = false;
};

}  // namespace

Expression read_equation(pugi::xml_node element, const Scope& scope) {
  return read_text(scope.document.text(element), scope);
}

Expression read_text(const Text& text, const Scope& scope) {
  return Parser(text, scope).run();
}

}  // namespace flowyard::worker::model::xmile
