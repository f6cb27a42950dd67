#include "controller/model/xmile/equation_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace flowyard::controller::model::xmile {

struct Operator {
  std::string_view text;
  int precedence;
  BinaryOperator meaning;
};

namespace {

constexpr std::array kOperators = {
    Operator{"or", 1, BinaryOperator::Or},      Operator{"and", 2, BinaryOperator::And},
    Operator{"=", 3, BinaryOperator::Equal},    Operator{"<>", 3, BinaryOperator::NotEqual},
    Operator{"<", 4, BinaryOperator::Less},     Operator{"<=", 4, BinaryOperator::LessEqual},
    Operator{">", 4, BinaryOperator::Greater},  Operator{">=", 4, BinaryOperator::GreaterEqual},
    Operator{"+", 5, BinaryOperator::Add},      Operator{"-", 5, BinaryOperator::Subtract},
    Operator{"*", 6, BinaryOperator::Multiply}, Operator{"/", 6, BinaryOperator::Divide},
    Operator{"mod", 6, BinaryOperator::Modulo}, Operator{"//", 6, BinaryOperator::Divide},
};

// The longest chain of words that is tried as one name, where an exporter forgot the quotes.
constexpr std::size_t kMaxJoinedWords = 12;

// Functions that need no brackets.
constexpr std::array kBareFunctions = {"pi", "inf", "nan", "random"};

constexpr std::array kClockNames = {"time", "dt", "starttime", "stoptime"};

// The standard's own namespace and those it keeps for vendors: isee.HISTORY(x, t) is HISTORY(x, t).
constexpr std::array kVendors = {"std",      "user",        "isee",   "anylogic", "forio", "insightmaker",
                                 "powersim", "simanticssd", "simile", "sysdea",   "vensim"};

bool keyword(const Token& token) {
  constexpr std::array kWords = {"if", "then", "else", "and", "or", "not", "mod"};
  return std::any_of(kWords.begin(), kWords.end(), [&](const char* word) { return is_word(token, word); });
}

// In a macro that Vensim exports: the time step of the model around it.
bool is_outer_step(const Name& name) {
  return name == Name("TIME STEP$");
}

Name without_vendor(const Name& name) {
  const auto dot = name.key.find('.');
  if (dot == std::string::npos) return name;
  const auto space = name.key.substr(0, dot);
  const bool known = std::any_of(kVendors.begin(), kVendors.end(), [&](const char* v) { return space == v; });
  return known ? Name(name.display.substr(name.display.find('.') + 1)) : name;
}

}  // namespace

Expression Parser::run() {
  if (peek().kind == Token::Kind::End || exhausted()) return {};
  Tree tree = expression(kLowestPrecedence);
  if (!failed_ && scope_.array && (symbol(",") || symbol(";"))) tree = elements(std::move(tree));
  if (!failed_ && peek().kind != Token::Kind::End) unexpected("an operator or the end of the equation");
  return failed_ ? Expression{} : std::move(tree.node);
}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

bool Parser::symbol(std::string_view text, std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::Symbol && peek(ahead).text == text;
}

bool Parser::take(std::string_view text) {
  if (!symbol(text)) return false;
  ++next_;
  return true;
}

bool Parser::exhausted() {
  scope_.budget.tokens += tokens_.size();
  if (scope_.budget.tokens <= kMaxFileTokens) return false;
  fail(peek(), DiagnosticCode::TooLarge, "the equations of this file are too long in all", ErrorCode::Limit);
  return true;
}

SourceLocation Parser::location(const Token& token) const {
  const auto& offsets = text_.offsets;
  if (offsets.empty()) return {};
  return scope_.document.place_at(token.at < offsets.size() ? offsets[token.at] : offsets.back() + 1U);
}

std::string Parser::quoted(const Token& token) const {
  constexpr std::size_t kMost = 60;
  const std::size_t begin = token.at > kMost / 2 ? token.at - kMost / 2 : 0;
  std::string piece = text_.value.substr(begin, kMost);
  for (char& c : piece) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  const auto first = piece.find_first_not_of(' ');
  piece = first == piece.npos ? "" : piece.substr(first, piece.find_last_not_of(' ') - first + 1);
  return (begin > 0 ? "'..." : "'") + piece + (begin + kMost < text_.value.size() ? "...'" : "'");
}

Tree Parser::fail(const Token& token, DiagnosticCode what, const std::string& message, ErrorCode code) {
  if (!failed_) scope_.diagnostics.error(location(token), what, message + ", in " + quoted(token), code);
  failed_ = true;
  return {};
}

Tree Parser::unexpected(const std::string& wanted) {
  const Token& token = peek();
  if (token.kind == Token::Kind::Wrong) return fail(token, lexed_.wrong_code, lexed_.wrong);
  const bool end = token.kind == Token::Kind::End;
  return fail(token, DiagnosticCode::Syntax,
              "expected " + wanted + ", found " +
                  (end ? "the end of the equation" : "'" + std::string(token.text) + "'"));
}

bool Parser::expect(std::string_view text) {
  if (take(text)) return true;
  unexpected("'" + std::string(text) + "'");
  return false;
}

bool Parser::too_deep(int height, int kMost) {
  if (height <= kMost) return false;
  fail(peek(), DiagnosticCode::TooLarge,
       "the expression is nested more than " + std::to_string(kMost) + " deep", ErrorCode::Limit);
  return true;
}

Tree Parser::join(BinaryOperator op, bool safe, Tree left, Tree right, const Token& at) {
  const int height = 1 + std::max(left.height, right.height);
  if (too_deep(height)) return {};
  if (!safe) return {binary(op, std::move(left.node), std::move(right.node), location(at)), height};
  std::vector<Expression> both;
  both.push_back(std::move(left.node));
  both.push_back(std::move(right.node));
  return {call("SAFEDIV", std::move(both), location(at)), height};
}

const Operator* Parser::binary_operator() const {
  const Token& token = peek();
  const bool kWords = token.kind == Token::Kind::Name;
  if (!kWords && token.kind != Token::Kind::Symbol) return nullptr;
  for (const Operator& op : kOperators) {
    if (kWords ? is_word(token, op.text) : token.text == op.text) return &op;
  }
  return nullptr;
}

Tree Parser::expression(int precedence) {
  if (too_deep(++nesting_, kMaxNesting)) return {};
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

Tree Parser::unary_or_power() {
  const Token& at = peek();
  const bool negation = is_word(at, "not");
  if (!negation && !symbol("-") && !symbol("+")) return power();
  const auto op = negation ? UnaryOperator::Not : at.text == "-" ? UnaryOperator::Minus : UnaryOperator::Plus;
  ++next_;
  if (too_deep(++nesting_, kMaxNesting)) return {};
  Tree operand = unary_or_power();
  --nesting_;
  if (failed_ || too_deep(operand.height + 1)) return {};
  return {unary(op, std::move(operand.node), location(at)), operand.height + 1};
}

Tree Parser::power() {
  Tree base = primary();
  if (failed_ || !symbol("^")) return base;
  const Token& at = peek();
  ++next_;
  if (too_deep(++nesting_, kMaxNesting)) return {};
  Tree exponent = unary_or_power();
  --nesting_;
  if (failed_) return {};
  return join(BinaryOperator::Power, false, std::move(base), std::move(exponent), at);
}

Tree Parser::primary() {
  const Token& token = peek();
  if (token.kind == Token::Kind::Number) {
    ++next_;
    return {number(token.number, location(token))};
  }
  if (take(":NA:")) return {not_available(location(token))};
  if (take("(")) {
    Tree inside = expression(kLowestPrecedence);
    if (!failed_) expect(")");
    return inside;
  }
  if (is_word(token, "if")) return condition();
  const bool function = is_word(token, "mod") && symbol("(", 1);  // MOD(a, b)
  if (token.kind == Token::Kind::Name && (function || !keyword(token))) return named();
  return unexpected("a number, a name or '('");
}

Tree Parser::condition() {
  const Token at = peek();
  ++next_;
  if (is_word(peek(), "then") && is_word(peek(1), "else") && symbol("(", 2)) {  // Vensim's function
    next_ += 2;
    return arguments("IF THEN ELSE", {}, at);
  }
  std::vector<Expression> parts;
  int height = 0;
  for (const char* word : {"then", "else", ""}) {
    Tree part = expression(kLowestPrecedence);
    if (failed_) return {};
    height = std::max(height, part.height);
    parts.push_back(std::move(part.node));
    if (*word == '\0') break;
    if (!is_word(peek(), word)) return unexpected(*word == 't' ? "THEN" : "ELSE");
    ++next_;
  }
  if (too_deep(height + 1)) return {};
  return {call("IF THEN ELSE", std::move(parts), location(at)), height + 1};
}

Name Parser::joined_name() {
  Name name = name_in(peek());
  std::size_t best = 1;
  Name kWords = name;
  const bool known = scope_.symbols.declared(name.key);
  for (std::size_t count = 2; count <= kMaxJoinedWords && !peek().quoted; ++count) {
    const Token& word = peek(count - 1);
    if (word.kind != Token::Kind::Name && word.kind != Token::Kind::Number) break;
    if (word.quoted || (known && keyword(word))) break;
    kWords = Name(kWords.display + " " + std::string(word.text));
    if (scope_.symbols.declared(kWords.key) || is_outer_step(kWords)) {
      best = count;
      name = kWords;
    }
  }
  next_ += best;
  return name;
}

Tree Parser::named() {
  const Token at = peek();
  Name name = joined_name();
  std::vector<Subscript> subscripts;
  int height = 1;
  if (symbol("[")) subscripts = subscript_list(height);
  if (failed_) return {};
  if (symbol("(")) {
    if (!scope_.symbols.declared(name.key)) name = without_vendor(name);
    return arguments(std::move(name), std::move(subscripts), at);
  }
  Tree tree{reference_to(std::move(name), std::move(subscripts), location(at)), height};
  if (!take("'")) return tree;
  Expression transposed;
  transposed.kind = Expression::Kind::Transpose;
  transposed.location = location(at);
  transposed.arguments.push_back(std::move(tree.node));
  return {std::move(transposed), height + 1};
}

Expression Parser::reference_to(Name name, std::vector<Subscript> subscripts, SourceLocation at) const {
  if (scope_.symbols.declared(name.key)) return reference(std::move(name), std::move(subscripts), at);
  if (name.key == "self" && !scope_.self.empty()) {
    const bool own = subscripts.empty() && !sizing_;  // SIZE(SELF) is of the whole array
    return reference(scope_.self, own ? scope_.self_subscripts : std::move(subscripts), at);
  }
  if (!subscripts.empty()) return reference(std::move(name), std::move(subscripts), at);
  const Name own = without_vendor(name);
  const auto is_own = [&](const char* known) { return own.key == known; };
  if (std::any_of(kBareFunctions.begin(), kBareFunctions.end(), is_own)) return call(own, {}, at);
  if (std::any_of(kClockNames.begin(), kClockNames.end(), is_own)) return reference(own, {}, at);
  return reference(std::move(name), std::move(subscripts), at);
}

Tree Parser::arguments(Name function, std::vector<Subscript> subscripts, const Token& at) {
  take("(");
  const bool sizing = std::exchange(sizing_, function.key == "size");
  std::vector<Expression> list;
  int height = 1;
  if (!take(")")) {
    do {
      Tree argument = expression(kLowestPrecedence);
      if (failed_) return {};
      height = std::max(height, argument.height + 1);
      list.push_back(std::move(argument.node));
    } while (take(","));
    if (!symbol(")")) return unexpected("',' or ')'");
    ++next_;
  }
  sizing_ = sizing;
  if (too_deep(height)) return {};
  Tree made{call(std::move(function), std::move(list), location(at)), height};
  made.node.subscripts = std::move(subscripts);
  return made;
}

Tree Parser::elements(Tree first) {
  std::vector<Expression> values;
  int height = first.height;
  std::size_t row = 0;
  std::size_t in_row = 1;
  values.push_back(std::move(first.node));
  while (symbol(",") || symbol(";")) {
    const Token& separator = peek();
    ++next_;
    if (separator.text == ";") {
      if (row != 0 && row != in_row)
        return fail(separator, DiagnosticCode::WrongDimensions, "this row is not as long as the first");
      row = std::exchange(in_row, 0);
      if (peek().kind == Token::Kind::End) break;
    }
    Tree value = expression(kLowestPrecedence);
    if (failed_) return {};
    height = std::max(height, value.height);
    values.push_back(std::move(value.node));
    ++in_row;
  }
  if (row != 0 && in_row != 0 && in_row != row)
    return fail(peek(), DiagnosticCode::WrongDimensions, "the last row is not as long as the first");
  if (row == 0) row = in_row;
  const SourceLocation at = values.front().location;
  return {array_literal(std::move(values), static_cast<int>(row), at), height + 1};
}

}  // namespace flowyard::controller::model::xmile
