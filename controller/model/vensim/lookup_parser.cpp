#include "controller/model/vensim/lookup_parser.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::optional<Point> parse_point(TokenStream& tokens) {
  if (!tokens.expect(TokenKind::OpenParenthesis, "'(' before a point (x,y)")) return std::nullopt;
  tokens.count_nodes(1);
  const auto x = parse_signed_number(tokens);
  if (!tokens.expect(TokenKind::Comma, "',' between the x and y of a point")) return std::nullopt;
  const auto y = parse_signed_number(tokens);
  if (!tokens.expect(TokenKind::CloseParenthesis, "')' after a point (x,y)") || !x || !y) return std::nullopt;
  return Point{.x = *x, .y = *y};
}

// After the opening bracket.
void parse_range(TokenStream& tokens, Lookup& lookup) {
  const auto low = parse_point(tokens);
  if (!tokens.expect(TokenKind::Minus, "'-' between the corners of the range")) return;
  const auto high = parse_point(tokens);
  if (!low || !high) return;
  lookup.x_range = LookupRange{.low = low->x, .high = high->x};
  lookup.y_range = LookupRange{.low = low->y, .high = high->y};
  while (tokens.accept(TokenKind::Comma)) {
    if (!parse_point(tokens)) return;
  }
  tokens.expect(TokenKind::CloseBracket, "',' or ']' after the range");
}

// x1,x2,...,y1,y2,...
void parse_flat_list(TokenStream& tokens, Lookup& lookup) {
  const SourceLocation location = tokens.peek().location;
  std::vector<double> values;
  do {
    tokens.count_nodes(1);
    if (const auto value = parse_signed_number(tokens)) values.push_back(*value);
  } while (tokens.accept(TokenKind::Comma));
  if (tokens.failed()) return;
  if (values.size() % 2 != 0) {
    tokens.fail(location, DiagnosticCode::WrongDimensions,
                "a lookup written as x values and then y values needs as many of each, but there are " +
                    std::to_string(values.size()) + " numbers");
    return;
  }
  const std::size_t half = values.size() / 2;
  for (std::size_t i = 0; i < half; ++i) lookup.points.push_back({.x = values[i], .y = values[half + i]});
}

void warn_of_disorder(const Lookup& lookup, SourceLocation location, TokenStream& tokens) {
  const auto at = std::adjacent_find(lookup.points.begin(), lookup.points.end(),
                                     [](const Point& a, const Point& b) { return b.x < a.x; });
  if (at == lookup.points.end() || tokens.failed()) return;
  tokens.diagnostics().warn(location, DiagnosticCode::WrongValue,
                            "the points of this lookup do not stand in the order of x; they are sorted");
}

// Of a number that a double cannot hold: too near to zero, rather than too large. Where it is hard to say
// (some hundred digits and an exponent) the result is false, which gives an error and not a wrong number.
bool too_small(std::string_view number) {
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent != std::string_view::npos) return number.size() < 100 && number[exponent + 1] == '-';
  return number[number.find_first_not_of('0')] == '.';
}

}  // namespace

double number_value(const Token& token, TokenStream& tokens) {
  double value = 0;
  const char* end = token.text.data() + token.text.size();
  const auto parsed = std::from_chars(token.text.data(), end, value);
  if (parsed.ec == std::errc::result_out_of_range) {
    if (too_small(token.text)) return 0;
    tokens.fail(token.location, DiagnosticCode::BadNumber,
                "the number " + shown(token.text) + " is too large");
    return 0;
  }
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    tokens.fail(token.location, DiagnosticCode::BadNumber, shown(token.text) + " is not a number");
    return 0;
  }
  return value;
}

std::optional<double> parse_signed_number(TokenStream& tokens) {
  const bool negative = tokens.accept(TokenKind::Minus);
  if (!negative) tokens.accept(TokenKind::Plus);
  if (!tokens.at(TokenKind::Number)) {
    tokens.fail_expecting("a number");
    return std::nullopt;
  }
  const double value = number_value(tokens.take(), tokens);
  if (tokens.failed()) return std::nullopt;
  return negative ? -value : value;
}

Lookup parse_points(TokenStream& tokens) {
  Lookup lookup;
  if (tokens.accept(TokenKind::OpenBracket)) {
    parse_range(tokens, lookup);
    if (!tokens.failed()) tokens.expect(TokenKind::Comma, "',' and the points of the lookup after its range");
  }
  if (tokens.failed()) return lookup;
  if (!tokens.at(TokenKind::OpenParenthesis)) {
    const SourceLocation location = tokens.peek().location;
    parse_flat_list(tokens, lookup);
    warn_of_disorder(lookup, location, tokens);
    return lookup;
  }
  const SourceLocation location = tokens.peek().location;
  do {
    if (const auto point = parse_point(tokens)) lookup.points.push_back(*point);
  } while (tokens.accept(TokenKind::Comma));
  warn_of_disorder(lookup, location, tokens);
  return lookup;
}

}  // namespace flowyard::controller::model::vensim
