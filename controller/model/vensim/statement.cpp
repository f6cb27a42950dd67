#include "controller/model/vensim/statement.hpp"

#include <string>
#include <utility>

#include "controller/model/vensim/expression_parser.hpp"
#include "controller/model/vensim/external.hpp"
#include "controller/model/vensim/lexer.hpp"
#include "controller/model/vensim/lookup_parser.hpp"
#include "controller/model/vensim/shown.hpp"
#include "controller/model/vensim/subscripts.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::vector<Subscript> parse_left_subscripts(TokenStream& tokens) {
  auto out = parse_subscripts(tokens);
  for (const Subscript& subscript : out) {
    if (subscript.kind == Subscript::Kind::Bang) {
      tokens.fail(
          subscript.location, DiagnosticCode::Syntax,
          "'!' after " + shown(subscript.name.display) + " adds up, which makes no sense left of '='");
    }
  }
  return out;
}

// :EXCEPT: [a,b], [c,d] after the keyword.
void parse_except(TokenStream& tokens, Equation& equation) {
  do {
    const SourceLocation location = tokens.peek().location;
    auto list = parse_left_subscripts(tokens);
    if (!tokens.failed() && list.size() != equation.subscripts.size()) {
      tokens.fail(location, DiagnosticCode::WrongDimensions,
                  "the :EXCEPT: list has " + std::to_string(list.size()) + " subscripts, the variable " +
                      std::to_string(equation.subscripts.size()));
    }
    equation.except.push_back(std::move(list));
  } while (tokens.accept(TokenKind::Comma));
}

std::optional<DataMode> data_mode_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::Interpolate:
      return DataMode::Interpolate;
    case Keyword::Raw:
      return DataMode::Raw;
    case Keyword::LookForward:
      return DataMode::LookForward;
    case Keyword::HoldBackward:
      return DataMode::HoldBackward;
    default:
      return std::nullopt;
  }
}

bool is_external(const Expression& expression, ExternalReference::Kind kind) {
  return expression.kind == Expression::Kind::External && expression.external->kind == kind;
}

// INTEG(rate, initial) becomes a stock.
void take_apart_stock(TokenStream& tokens, Definition& definition) {
  Expression& expression = definition.equation.expression;
  if (expression.kind != Expression::Kind::Call || expression.name.key != "integ") return;
  if (expression.arguments.size() != 2) {
    tokens.fail(expression.location, DiagnosticCode::WrongArity,
                "INTEG needs 2 arguments, a rate and an initial value, not " +
                    std::to_string(expression.arguments.size()));
    return;
  }
  definition.kind = VariableKind::Stock;
  auto arguments = std::move(expression.arguments);
  definition.equation.expression = std::move(arguments[0]);
  definition.equation.initial = std::move(arguments[1]);
}

void parse_formula(TokenStream& tokens, Definition& definition, bool data) {
  Expression& expression = definition.equation.expression;
  expression = parse_right_hand_side(tokens);
  if (tokens.failed()) return;
  if (data || definition.data_mode || is_external(expression, ExternalReference::Kind::Data)) {
    definition.kind = VariableKind::Data;
  } else if (is_external(expression, ExternalReference::Kind::Lookups)) {
    definition.kind = VariableKind::Lookup;
  }
  if (expression.kind == Expression::Kind::LookupLiteral) {
    definition.kind = VariableKind::Lookup;
    definition.equation.tables.push_back(*expression.lookup);
    expression = {};
    return;
  }
  take_apart_stock(tokens, definition);
}

// name( points ) or name( GET XLS LOOKUPS(...) ), after the opening parenthesis.
void parse_lookup_definition(TokenStream& tokens, Definition& definition) {
  definition.kind = VariableKind::Lookup;
  // A second pair of parentheses around the points is accepted: name(([(0,0)-(1,1)],(0,0))).
  const bool points_follow =
      tokens.peek(1).kind == TokenKind::OpenParenthesis || tokens.peek(1).kind == TokenKind::OpenBracket;
  const bool doubled = points_follow && tokens.accept(TokenKind::OpenParenthesis);
  if (tokens.at(TokenKind::Name)) {
    definition.equation.expression = parse_expression(tokens);
    const bool lookups = is_external(definition.equation.expression, ExternalReference::Kind::Lookups);
    if (!tokens.failed() && !lookups) {
      tokens.fail(definition.equation.expression.location, DiagnosticCode::Syntax,
                  "the points of a lookup, or GET XLS LOOKUPS or GET DIRECT LOOKUPS, must stand here");
    }
  } else {
    definition.equation.tables.push_back(parse_points(tokens));
  }
  if (doubled) tokens.expect(TokenKind::CloseParenthesis, "',' or ')' after a point of the lookup");
  tokens.expect(TokenKind::CloseParenthesis, "',' or ')' after a point of the lookup");
}

void parse_definition(TokenStream& tokens, Definition& definition) {
  while (tokens.at(TokenKind::Keyword)) {
    const Token token = tokens.peek();
    if (tokens.accept(Keyword::Except)) {
      parse_except(tokens, definition.equation);
    } else if (const auto mode = data_mode_of(token.keyword)) {
      tokens.take();
      definition.data_mode = mode;
    } else {
      break;
    }
  }
  if (tokens.at(TokenKind::End)) {
    definition.kind = VariableKind::Data;
  } else if (tokens.accept(TokenKind::OpenParenthesis)) {
    parse_lookup_definition(tokens, definition);
  } else if (tokens.accept(TokenKind::ColonEqual)) {
    parse_formula(tokens, definition, true);
  } else if (tokens.accept(TokenKind::Equal)) {
    parse_formula(tokens, definition, tokens.accept(TokenKind::Colon));  // `=:` is `:=` the other way round
  } else if (tokens.accept(TokenKind::DoubleEqual)) {
    parse_formula(tokens, definition, false);
  } else {
    tokens.fail_expecting("'=', '(', ':' or '<->' after " + shown(definition.name.display));
  }
}

std::optional<Skipped> skipped(const TokenStream& tokens, SourceLocation location) {
  if (tokens.at(Keyword::Condition) || tokens.at(Keyword::TestInput))
    return Skipped{location, "reality check"};
  if (tokens.at(Keyword::Is)) return Skipped{location, "string variable"};
  return std::nullopt;
}

Dimension parse_alias(TokenStream& tokens, Name name, SourceLocation location) {
  Dimension dimension;
  dimension.name = std::move(name);
  dimension.location = location;
  if (!tokens.at(TokenKind::Name)) {
    tokens.fail_expecting("the name of a dimension after '<->'");
  } else {
    dimension.alias_of = Name(name_text(tokens.take().text));
  }
  return dimension;
}

std::optional<Statement> finished(TokenStream& tokens, Statement statement, const char* expected) {
  if (!tokens.at(TokenKind::End)) tokens.fail_expecting(expected);
  if (tokens.failed()) return std::nullopt;
  return statement;
}

}  // namespace

std::optional<Statement> parse_statement(TokenStream& tokens) {
  const Token first = tokens.peek();
  if (!tokens.accept(TokenKind::Name)) {
    tokens.fail_expecting("the name of a variable");
    return std::nullopt;
  }
  Definition definition;
  definition.name = Name(name_text(first.text));
  definition.equation.location = first.location;
  if (definition.name.empty())
    tokens.fail(first.location, DiagnosticCode::Missing, "the name " + shown(first.text) + " is empty");
  if (tokens.accept(TokenKind::Colon)) {
    auto dimension = parse_dimension(std::move(definition.name), first.location, tokens);
    return finished(tokens, std::move(dimension), "',' or '->' after the element");
  }
  if (tokens.accept(TokenKind::DoubleArrow)) {
    auto dimension = parse_alias(tokens, std::move(definition.name), first.location);
    return finished(tokens, std::move(dimension), "the end of the equation");
  }
  if (tokens.at(TokenKind::OpenBracket)) definition.equation.subscripts = parse_left_subscripts(tokens);
  if (!tokens.failed()) {
    if (const auto skip = skipped(tokens, first.location)) return *skip;
    parse_definition(tokens, definition);
  }
  return finished(tokens, std::move(definition), "an operator or the end of the equation ('~' or '|')");
}

}  // namespace flowyard::controller::model::vensim
