#include "controller/model/vensim/expression_parser.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "controller/model/vensim/external.hpp"
#include "controller/model/vensim/functions.hpp"
#include "controller/model/vensim/lexer.hpp"
#include "controller/model/vensim/lookup_parser.hpp"
#include "controller/model/vensim/subscripts.hpp"

namespace flowyard::controller::model::vensim {
namespace {

struct Tree {
  Expression expression = {};
  int depth = 1;
};

// How tightly an operator binds; 0 is no operator.
enum Binding : int {
  NoBinding,
  OrBinding,
  AndBinding,
  NotBinding,
  CompareBinding,
  AddBinding,
  MultiplyBinding,
  UnaryBinding,
  PowerBinding
};

struct Operator {
  Binding binding = NoBinding;
  BinaryOperator meaning = BinaryOperator::Add;
};

Operator operator_of(const Token& token) {
  switch (token.kind) {
    case TokenKind::Plus:
      return {AddBinding, BinaryOperator::Add};
    case TokenKind::Minus:
      return {AddBinding, BinaryOperator::Subtract};
    case TokenKind::Star:
      return {MultiplyBinding, BinaryOperator::Multiply};
    case TokenKind::Slash:
      return {MultiplyBinding, BinaryOperator::Divide};
    case TokenKind::Caret:
      return {PowerBinding, BinaryOperator::Power};
    case TokenKind::Less:
      return {CompareBinding, BinaryOperator::Less};
    case TokenKind::LessEqual:
      return {CompareBinding, BinaryOperator::LessEqual};
    case TokenKind::Greater:
      return {CompareBinding, BinaryOperator::Greater};
    case TokenKind::GreaterEqual:
      return {CompareBinding, BinaryOperator::GreaterEqual};
    case TokenKind::Equal:
      return {CompareBinding, BinaryOperator::Equal};
    case TokenKind::NotEqual:
      return {CompareBinding, BinaryOperator::NotEqual};
    case TokenKind::Keyword:
      if (token.keyword == Keyword::And) return {AndBinding, BinaryOperator::And};
      if (token.keyword == Keyword::Or) return {OrBinding, BinaryOperator::Or};
      return {};
    default:
      return {};
  }
}

class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  // Precedence climbing: operators that bind at least as tightly as `weakest`.
  Tree formula(Binding weakest = OrBinding) {
    Tree left = operand();
    while (!tokens_.failed()) {
      const Token token = tokens_.peek();
      const Operator found = operator_of(token);
      if (found.binding == NoBinding || found.binding < weakest) return left;
      tokens_.take();
      // The right side of ^ may be signed (2^-1), and ^ groups to the right.
      const auto next =
          found.binding == PowerBinding ? UnaryBinding : static_cast<Binding>(found.binding + 1);
      if (found.binding == PowerBinding) enter();
      Tree right = formula(next);
      if (found.binding == PowerBinding) --nesting_;
      const int depth = std::max(left.depth, right.depth) + 1;
      left =
          made(binary(found.meaning, std::move(left.expression), std::move(right.expression), token.location),
               depth);
    }
    return left;
  }

  Expression list_or_formula() {
    const SourceLocation location = tokens_.peek().location;
    Tree first = formula();
    if (!tokens_.at(TokenKind::Comma) && !tokens_.at(TokenKind::Semicolon))
      return std::move(first.expression);
    std::vector<Expression> values;
    int depth = first.depth;
    values.push_back(std::move(first.expression));
    Rows rows;
    while (!tokens_.failed()) {
      const Token separator = tokens_.peek();
      if (tokens_.accept(TokenKind::Semicolon)) {
        rows.end(values.size(), separator.location, tokens_);
        if (tokens_.at(TokenKind::End)) break;
      } else if (!tokens_.accept(TokenKind::Comma)) {
        rows.end(values.size(), separator.location, tokens_);
        break;
      }
      Tree value = formula();
      depth = std::max(depth, value.depth);
      values.push_back(std::move(value.expression));
    }
    return made(array_literal(std::move(values), rows.length(), location), depth + 1).expression;
  }

 private:
  // Watches that all rows of a list are of one length.
  class Rows {
   public:
    void end(std::size_t values, SourceLocation location, TokenStream& tokens) {
      const std::size_t here = values - before_;
      if (before_ > 0 && here != length_) {
        tokens.fail(location, DiagnosticCode::Syntax,
                    "the rows differ in length: this one has " + std::to_string(here) + ", the first one " +
                        std::to_string(length_));
      }
      if (before_ == 0) length_ = here;
      before_ = values;
    }
    int length() const { return static_cast<int>(length_); }

   private:
    std::size_t before_ = 0;
    std::size_t length_ = 0;
  };

  Tree made(Expression expression, int depth) {
    tokens_.count_nodes(1);
    if (depth > kMaxExpressionDepth) {
      tokens_.fail(expression.location, DiagnosticCode::TooLarge,
                   "the formula is too deep: more than " + std::to_string(kMaxExpressionDepth) +
                       " operators inside each other",
                   ErrorCode::Limit);
      return {};
    }
    return {.expression = std::move(expression), .depth = depth};
  }

  // Bounds every recursion of the parser.
  void enter() {
    if (++nesting_ <= kMaxNesting) return;
    tokens_.fail(tokens_.peek().location, DiagnosticCode::TooLarge,
                 "the formula is nested too deeply: more than 200 levels", ErrorCode::Limit);
  }

  // An operand with its signs and :NOT:s. Each takes in what binds more tightly than itself.
  Tree operand() {
    enter();
    const Token token = tokens_.peek();
    Tree out;
    if (tokens_.accept(Keyword::Not)) {
      out = signed_operand(UnaryOperator::Not, formula(CompareBinding), token.location);
    } else if (tokens_.accept(TokenKind::Minus)) {
      out = signed_operand(UnaryOperator::Minus, formula(PowerBinding), token.location);
    } else if (tokens_.accept(TokenKind::Plus)) {
      out = signed_operand(UnaryOperator::Plus, formula(PowerBinding), token.location);
    } else {
      out = primary();
    }
    --nesting_;
    return out;
  }

  Tree signed_operand(UnaryOperator op, Tree inner, SourceLocation location) {
    const int depth = inner.depth + 1;
    return made(unary(op, std::move(inner.expression), location), depth);
  }

  Tree primary() {
    const Token token = tokens_.peek();
    switch (token.kind) {
      case TokenKind::Number:
        tokens_.take();
        return made(number(number_value(token, tokens_), token.location), 1);
      case TokenKind::Text:
        tokens_.take();
        return made(text(literal_text(token.text), token.location), 1);
      case TokenKind::Name:
        return name();
      case TokenKind::OpenParenthesis:
        return parenthesis();
      case TokenKind::Keyword:
        if (tokens_.accept(Keyword::NotAvailable)) return made(not_available(token.location), 1);
        break;
      default:
        break;
    }
    tokens_.fail_expecting("a number, a name or '('");
    return {};
  }

  // (formula), or a lookup written where an argument stands: ([(0,0)-(1,1)],(0,0),(1,1)).
  Tree parenthesis() {
    const SourceLocation location = tokens_.take().location;
    if (tokens_.at(TokenKind::OpenBracket)) {
      Lookup points = parse_points(tokens_);
      tokens_.expect(TokenKind::CloseParenthesis, "',' or ')' after a point of the lookup");
      return made(lookup_literal(std::move(points), location), 1);
    }
    Tree inner = formula();
    tokens_.expect(TokenKind::CloseParenthesis, "an operator or ')'");
    return inner;
  }

  Tree name() {
    const Token token = tokens_.take();
    Name called(name_text(token.text));
    std::vector<Subscript> subscripts;
    if (tokens_.at(TokenKind::OpenBracket)) {
      subscripts = parse_subscripts(tokens_);
    } else if (const SourceLocation location = tokens_.peek().location; tokens_.accept(TokenKind::Bang)) {
      // dim! as a number: where the aggregation around it stands.
      subscripts.push_back(subscript(called, location));
      subscripts.back().kind = Subscript::Kind::Bang;
    }
    if (!tokens_.at(TokenKind::OpenParenthesis)) {
      return made(reference(std::move(called), std::move(subscripts), token.location), 1);
    }
    Tree out =
        subscripts.empty() ? call_of(token, std::move(called)) : arguments_of(std::move(called), token);
    out.expression.subscripts = std::move(subscripts);
    return out;
  }

  Tree call_of(const Token& token, Name called) {
    if (called.key == "with_lookup") return with_lookup_call(token);
    if (called.key == "tabbed_array") return made(tabbed_array(token.location), 2);
    if (const auto kind = external_kind(called.key)) {
      return made(external(parse_external(*kind, token, tokens_), token.location), 1);
    }
    return arguments_of(std::move(called), token);
  }

  // (a, b), or for a macro with outputs (a, b : c), which are more arguments.
  Tree arguments_of(Name called, const Token& token) {
    tokens_.take();
    std::vector<Expression> arguments;
    int depth = 0;
    bool outputs = is_known_function(called.key) && called.key != "delayp";
    if (!tokens_.accept(TokenKind::CloseParenthesis)) {
      do {
        Tree argument = formula();
        depth = std::max(depth, argument.depth);
        arguments.push_back(std::move(argument.expression));
      } while (tokens_.accept(TokenKind::Comma) ||
               (!outputs && (outputs = tokens_.accept(TokenKind::Colon))));
      tokens_.expect(TokenKind::CloseParenthesis, "an operator, ',' or ')'");
    }
    return made(call(std::move(called), std::move(arguments), token.location), depth + 1);
  }

  Tree with_lookup_call(const Token& token) {
    tokens_.take();
    Tree x = formula();
    tokens_.expect(TokenKind::Comma, "',' before the points of WITH LOOKUP");
    tokens_.expect(TokenKind::OpenParenthesis, "'(' before the points of WITH LOOKUP");
    Lookup points = parse_points(tokens_);
    tokens_.expect(TokenKind::CloseParenthesis, "',' or ')' after a point of the lookup");
    tokens_.expect(TokenKind::CloseParenthesis, "')' at the end of WITH LOOKUP");
    const int depth = x.depth + 1;
    return made(with_lookup(std::move(x.expression), std::move(points), token.location), depth);
  }

  // Numbers parted by blanks, a row on each line. Commas and semicolons are accepted.
  Expression tabbed_array(SourceLocation location) {
    tokens_.take();
    std::vector<Expression> values;
    Rows rows;
    bool row_open = false;
    while (!tokens_.failed() && !tokens_.at(TokenKind::CloseParenthesis)) {
      const Token token = tokens_.peek();
      if (row_open && token.first_on_line) rows.end(values.size(), token.location, tokens_);
      if (tokens_.accept(Keyword::NotAvailable)) {
        values.push_back(not_available(token.location));
      } else if (const auto value = parse_signed_number(tokens_)) {
        values.push_back(number(*value, token.location));
      }
      tokens_.count_nodes(1);
      row_open = true;
      if (!tokens_.accept(TokenKind::Comma)) tokens_.accept(TokenKind::Semicolon);
    }
    if (values.empty()) tokens_.fail_expecting("the numbers of TABBED ARRAY");
    rows.end(values.size(), tokens_.peek().location, tokens_);
    tokens_.expect(TokenKind::CloseParenthesis, "')' at the end of TABBED ARRAY");
    return array_literal(std::move(values), rows.length(), location);
  }

  TokenStream& tokens_;
  int nesting_ = 0;
};

}  // namespace

Expression parse_expression(TokenStream& tokens) {
  return ExpressionParser(tokens).formula().expression;
}

Expression parse_right_hand_side(TokenStream& tokens) {
  return ExpressionParser(tokens).list_or_formula();
}

}  // namespace flowyard::controller::model::vensim
