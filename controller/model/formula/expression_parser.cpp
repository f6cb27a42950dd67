#include "controller/model/formula/expression_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/formula/token.hpp"

namespace flowyard::controller::model::formula {
namespace {

// Thrown at the first error; caught in the two entries below.
struct SyntaxError {
  Error error;
};

// A tree with its depth, so that chains like a + b + c ... are counted too.
struct Tree {
  Expression expression;
  int depth = 1;
};

struct Operator {
  Symbol symbol;
  BinaryOperator op;
};
constexpr std::array kComparisons = {Operator{Symbol::Less, BinaryOperator::Less},
                                     Operator{Symbol::LessEqual, BinaryOperator::LessEqual},
                                     Operator{Symbol::Greater, BinaryOperator::Greater},
                                     Operator{Symbol::GreaterEqual, BinaryOperator::GreaterEqual},
                                     Operator{Symbol::Equal, BinaryOperator::Equal},
                                     Operator{Symbol::NotEqual, BinaryOperator::NotEqual}};
constexpr std::array kSums = {Operator{Symbol::Plus, BinaryOperator::Add},
                              Operator{Symbol::Minus, BinaryOperator::Subtract}};
constexpr std::array kProducts = {Operator{Symbol::Times, BinaryOperator::Multiply},
                                  Operator{Symbol::Divide, BinaryOperator::Divide},
                                  Operator{Symbol::Mod, BinaryOperator::Modulo}};
constexpr std::array kConjunctions = {Operator{Symbol::And, BinaryOperator::And}};
constexpr std::array kDisjunctions = {Operator{Symbol::Or, BinaryOperator::Or}};

class Parser {
 public:
  Parser(const std::vector<Token>& tokens, const std::string& file) : tokens_(tokens), file_(file) {}

  Expression whole() {
    if (now().kind == Token::Kind::End) fail("an expression is missing here");
    Tree tree = disjunction();
    expect_end();
    return std::move(tree.expression);
  }

  Expression left_hand_side() {
    if (now().kind != Token::Kind::Name && now().kind != Token::Kind::QuotedName)
      fail("a name is missing here");
    Tree tree = named();
    expect_end();
    if (tree.expression.kind != Expression::Kind::Reference) fail("this is not the name of a variable");
    return std::move(tree.expression);
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  bool is(Symbol symbol) const { return now().symbol == symbol; }
  bool take(Symbol symbol) {
    if (!is(symbol)) return false;
    ++at_;
    return true;
  }
  std::string seen() const {
    switch (now().kind) {
      case Token::Kind::End:
        return "the expression ends";
      case Token::Kind::Number:
        return "a number stands";
      default:
        return "'" + std::string(now().symbol == Symbol::None ? now().text : text_of(now().symbol)) +
               "' stands";
    }
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw SyntaxError{invalid(DiagnosticCode::Syntax, what,
                              {.file = file_, .line = now().location.line, .column = now().location.column})};
  }
  void expect(Symbol symbol) {
    if (take(symbol)) return;
    // Inside { } YAML ends what is not quoted at the first comma, which a call with two arguments has.
    const bool cut_off = now().kind == Token::Kind::End && symbol == Symbol::Close;
    fail("'" + std::string(text_of(symbol)) + "' is missing here, where " + seen() +
         (cut_off ? "; an expression with a comma inside { } must be quoted" : ""));
  }
  void expect_end() const {
    if (now().kind != Token::Kind::End) fail("an operator is missing here, where " + seen());
  }
  Tree made(Expression expression, int depth) const {
    if (depth > kMaxExpressionDepth) fail("this expression is nested too deeply");
    return {std::move(expression), depth};
  }
  // In place: trees are too large to be moved for every operator of a chain.
  void join(BinaryOperator op, Tree& left, Tree right, SourceLocation location) const {
    left.depth = std::max(left.depth, right.depth) + 1;
    if (left.depth > kMaxExpressionDepth) fail("this expression is nested too deeply");
    Expression whole = binary(op, location);
    whole.arguments.push_back(std::move(left.expression));
    whole.arguments.push_back(std::move(right.expression));
    left.expression = std::move(whole);
  }

  // Recursion of the parser itself: at most twelve frames for each level of brackets.
  struct Level {
    explicit Level(Parser& parser) : depth(parser.nesting_) {
      if (++depth > kMaxNesting) parser.fail("this expression is nested too deeply");
    }
    ~Level() { --depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    int& depth;
  };

  template <std::size_t N, class Next>
  Tree chain(const std::array<Operator, N>& operators, const Next& next) {
    Tree left = next();
    for (;;) {
      const auto found =
          std::find_if(operators.begin(), operators.end(), [&](const Operator& o) { return is(o.symbol); });
      if (found == operators.end()) return left;
      const SourceLocation location = now().location;
      ++at_;
      join(found->op, left, next(), location);
    }
  }

  Tree disjunction() {
    const Level level(*this);
    return chain(kDisjunctions, [this] { return chain(kConjunctions, [this] { return negation(); }); });
  }
  Tree negation() {
    const SourceLocation location = now().location;
    if (!take(Symbol::Not)) return comparison();
    const Level level(*this);
    Tree operand = negation();
    return made(unary(UnaryOperator::Not, std::move(operand.expression), location), operand.depth + 1);
  }
  Tree comparison() {
    return chain(kComparisons, [this] { return sum(); });
  }
  Tree sum() {
    return chain(kSums, [this] { return chain(kProducts, [this] { return sign(); }); });
  }
  // -2^2 is -4: a sign binds less than a power, but 2^-1 is allowed.
  Tree sign() {
    const SourceLocation location = now().location;
    const bool minus = is(Symbol::Minus);
    if (!minus && !is(Symbol::Plus)) return power();
    ++at_;
    const Level level(*this);
    Tree operand = sign();
    const auto op = minus ? UnaryOperator::Minus : UnaryOperator::Plus;
    return made(unary(op, std::move(operand.expression), location), operand.depth + 1);
  }
  Tree power() {
    Tree base = primary();
    const SourceLocation location = now().location;
    if (!take(Symbol::Power)) return base;
    const Level level(*this);
    join(BinaryOperator::Power, base, sign(), location);
    return base;
  }

  Tree primary() {
    const Token& token = now();
    switch (token.kind) {
      case Token::Kind::Number:
        ++at_;
        return {number(token.number, token.location), 1};
      case Token::Kind::Text:
        ++at_;
        return {text(std::string(token.text), token.location), 1};
      case Token::Kind::Name:
      case Token::Kind::QuotedName:
        return named();
      default:
        break;
    }
    if (take(Symbol::Open)) {
      Tree inner = disjunction();
      expect(Symbol::Close);
      return inner;
    }
    if (take(Symbol::NotAvailable)) return {not_available(token.location), 1};
    if (is(Symbol::If)) return condition();
    fail("a number, a name or '(' is missing here, where " + seen());
  }

  Tree condition() {
    const SourceLocation location = now().location;
    // IF(a, b, c) is left to the compiler; `if (a) then b else c` is ours.
    ++at_;
    const Level level(*this);
    Tree test = disjunction();
    expect(Symbol::Then);
    Tree yes = disjunction();
    expect(Symbol::Else);
    Tree no = disjunction();
    const int depth = std::max({test.depth, yes.depth, no.depth}) + 1;
    std::vector<Expression> arguments;
    for (Tree* each : {&test, &yes, &no}) arguments.push_back(std::move(each->expression));
    return made(call("IF THEN ELSE", std::move(arguments), location), depth);
  }

  Name name() {
    if (now().kind == Token::Kind::QuotedName) return {"\"" + std::string(tokens_[at_++].text) + "\""};
    const std::string_view first = tokens_[at_++].text;
    if (now().kind != Token::Kind::Name && !is_function_word()) return {first};
    std::string words(first);
    while (now().kind == Token::Kind::Name || is_function_word()) (words += ' ') += tokens_[at_++].text;
    return {words};
  }
  // "SAMPLE IF TRUE(": a keyword inside the name of a function.
  bool is_function_word() const {
    if (!is(Symbol::If)) return false;
    return at_ > 0 && (tokens_[at_ - 1].text == "SAMPLE" || tokens_[at_ - 1].text == "SHIFT");
  }

  Tree named() {
    const SourceLocation location = now().location;
    Name called = name();
    int depth = 1;
    std::vector<Subscript> subscripts;
    if (take(Symbol::OpenBracket)) {
      do subscripts.push_back(subscript(depth));
      while (take(Symbol::Comma));
      expect(Symbol::CloseBracket);
    }
    if (!take(Symbol::Open))
      return made(reference(std::move(called), std::move(subscripts), location), depth + 1);
    const Level level(*this);
    std::vector<Expression> arguments;
    if (!is(Symbol::Close)) {
      do {
        Tree argument = disjunction();
        depth = std::max(depth, argument.depth);
        arguments.push_back(std::move(argument.expression));
      } while (take(Symbol::Comma));
    }
    expect(Symbol::Close);
    Expression made_call = call(std::move(called), std::move(arguments), location);
    made_call.subscripts = std::move(subscripts);
    return made(std::move(made_call), depth + 1);
  }

  Subscript subscript(int& depth) {
    Subscript made_subscript;
    made_subscript.location = now().location;
    if (take(Symbol::Times)) {
      made_subscript.kind = Subscript::Kind::Wildcard;
      return made_subscript;
    }
    if (take(Symbol::At)) {
      made_subscript.kind = Subscript::Kind::Position;
      if (now().kind != Token::Kind::Number || now().number < 1 || now().number > 100)
        fail("a position such as @1 is meant here");
      made_subscript.position = static_cast<int>(tokens_[at_++].number);
      return made_subscript;
    }
    Tree first = disjunction();
    depth = std::max(depth, first.depth);
    const bool plain =
        first.expression.kind == Expression::Kind::Reference && first.expression.subscripts.empty();
    if (plain && !is(Symbol::Colon)) {
      made_subscript.kind = take(Symbol::Bang) ? Subscript::Kind::Bang : Subscript::Kind::Name;
      made_subscript.name = std::move(first.expression.name);
      return made_subscript;
    }
    made_subscript.kind = Subscript::Kind::Index;
    made_subscript.operands.push_back(std::move(first.expression));
    if (take(Symbol::Colon)) {
      made_subscript.kind = Subscript::Kind::Range;
      Tree last = disjunction();
      depth = std::max(depth, last.depth);
      made_subscript.operands.push_back(std::move(last.expression));
    }
    return made_subscript;
  }

  const std::vector<Token>& tokens_;
  const std::string& file_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

Results<Expression> parse(std::string_view text, const FileLocation& location,
                          Expression (Parser::*entry)()) {
  auto tokens = tokens_of(text, location);
  if (!tokens) return Errors{tokens.error()};
  try {
    return (Parser(*tokens, location.file).*entry)();
  } catch (SyntaxError& found) {
    return Errors{std::move(found.error)};
  }
}

}  // namespace

Results<Expression> parse_expression(std::string_view text, const FileLocation& location) {
  return parse(text, location, &Parser::whole);
}

Results<Expression> parse_left_hand_side(std::string_view text, const FileLocation& location) {
  return parse(text, location, &Parser::left_hand_side);
}

}  // namespace flowyard::controller::model::formula
