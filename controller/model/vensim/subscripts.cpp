#include "controller/model/vensim/subscripts.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "controller/model/vensim/external.hpp"
#include "controller/model/vensim/lexer.hpp"
#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

// A name, or a number used as one. Empty on failure.
Name parse_element(TokenStream& tokens, const char* what) {
  if (!tokens.at(TokenKind::Name) && !tokens.at(TokenKind::Number)) {
    tokens.fail_expecting(what);
    return {};
  }
  tokens.count_nodes(1);
  return Name(name_text(tokens.take().text));
}

struct NumberedName {
  std::string stem;
  std::string digits;
  long number = 0;
};

std::optional<NumberedName> split_number(const std::string& name) {
  std::size_t digits_at = name.size();
  while (digits_at > 0 && name[digits_at - 1] >= '0' && name[digits_at - 1] <= '9') --digits_at;
  NumberedName out{.stem = name.substr(0, digits_at), .digits = name.substr(digits_at)};
  const char* end = out.digits.data() + out.digits.size();
  const auto parsed = std::from_chars(out.digits.data(), end, out.number);
  if (parsed.ec != std::errc() || parsed.ptr != end || out.number > 2'000'000'000) return std::nullopt;
  return out;
}

// (A1-A10) after its opening parenthesis. Leading zeros keep the width: (A01-A10).
void parse_numeric_range(TokenStream& tokens, std::vector<Name>& members) {
  const SourceLocation location = tokens.peek().location;
  const Name first = parse_element(tokens, "the first element of the range");
  if (!tokens.expect(TokenKind::Minus, "'-' between the first and the last element")) return;
  const Name last = parse_element(tokens, "the last element of the range");
  if (!tokens.expect(TokenKind::CloseParenthesis, "')' after the range")) return;
  const auto from = split_number(first.display);
  const auto to = split_number(last.display);
  const std::string range = shown(first.display + "-" + last.display);
  if (!from || !to || key_of(from->stem) != key_of(to->stem)) {
    tokens.fail(location, DiagnosticCode::WrongValue,
                "the range " + range + " needs one name with two numbers, like (A1-A10)");
    return;
  }
  if (from->number > to->number) {
    tokens.fail(location, DiagnosticCode::WrongValue, "the range " + range + " runs backwards");
    return;
  }
  const bool padded = from->digits.size() == to->digits.size() && from->digits.starts_with('0');
  for (long i = from->number; i <= to->number && !tokens.failed(); ++i) {
    std::string digits = std::to_string(i);
    if (padded && digits.size() < from->digits.size())
      digits.insert(0, from->digits.size() - digits.size(), '0');
    tokens.count_element(2 * (from->stem.size() + digits.size()));
    if (!tokens.failed()) members.emplace_back(from->stem + digits);
  }
}

std::vector<Name> parse_members(TokenStream& tokens) {
  std::vector<Name> members;
  do {
    if (tokens.accept(TokenKind::OpenParenthesis)) {
      parse_numeric_range(tokens, members);
    } else {
      members.push_back(parse_element(tokens, "an element or a range like (A1-A10)"));
      tokens.count_element(0);
    }
  } while (tokens.accept(TokenKind::Comma));
  return members;
}

// `DimB` or `(DimB: b1, SubB)` or `DimB: b1, b2`, after the arrow.
Mapping parse_mapping(TokenStream& tokens) {
  const bool enclosed = tokens.accept(TokenKind::OpenParenthesis);
  Mapping mapping{.to = {}, .targets = {}, .location = tokens.peek().location};
  mapping.to = parse_element(tokens, "the name of the dimension mapped to");
  if (tokens.accept(TokenKind::Colon)) mapping.targets = parse_members(tokens);
  if (enclosed) tokens.expect(TokenKind::CloseParenthesis, "')' after the mapping");
  return mapping;
}

}  // namespace

std::vector<Subscript> parse_subscripts(TokenStream& tokens) {
  std::vector<Subscript> out;
  tokens.expect(TokenKind::OpenBracket, "'['");
  do {
    Subscript subscript;
    subscript.location = tokens.peek().location;
    subscript.name = parse_element(tokens, "a subscript");
    if (tokens.accept(TokenKind::Bang)) subscript.kind = Subscript::Kind::Bang;
    out.push_back(std::move(subscript));
  } while (tokens.accept(TokenKind::Comma));
  tokens.expect(TokenKind::CloseBracket, "',' or ']' after the subscript");
  return out;
}

Dimension parse_dimension(Name name, SourceLocation location, TokenStream& tokens) {
  Dimension dimension;
  dimension.name = std::move(name);
  dimension.location = location;
  const bool is_call = tokens.at(TokenKind::Name) && tokens.peek(1).kind == TokenKind::OpenParenthesis;
  if (is_call) {
    const Token function = tokens.take();
    const auto kind = external_kind(key_of(name_text(function.text)));
    if (kind != ExternalReference::Kind::Subscript) {
      tokens.fail(function.location, DiagnosticCode::WrongKind,
                  shown(function.text) + " cannot define a subscript range; known are GET XLS " +
                      "SUBSCRIPT and GET DIRECT SUBSCRIPT");
      return dimension;
    }
    dimension.external = parse_external(*kind, function, tokens);
  } else {
    dimension.members = parse_members(tokens);
  }
  if (tokens.accept(TokenKind::Arrow)) {
    do {
      dimension.mappings.push_back(parse_mapping(tokens));
    } while (tokens.accept(TokenKind::Comma));
  }
  return dimension;
}

}  // namespace flowyard::controller::model::vensim
