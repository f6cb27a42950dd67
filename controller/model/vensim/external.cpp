#include "controller/model/vensim/external.hpp"

#include <string>
#include <vector>

#include "controller/model/vensim/lexer.hpp"
#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::vector<std::string> parse_texts(const Token& function, TokenStream& tokens) {
  std::vector<std::string> out;
  if (!tokens.expect(TokenKind::OpenParenthesis, "'('")) return out;
  do {
    const Token token = tokens.peek();
    const bool plain = token.kind == TokenKind::Number;
    if (token.kind != TokenKind::Text && !plain) {
      tokens.fail_expecting("a text in single quotes as argument of " + shown(function.text));
      return out;
    }
    tokens.take();
    out.push_back(plain ? std::string(token.text) : literal_text(token.text));
  } while (tokens.accept(TokenKind::Comma));
  tokens.expect(TokenKind::CloseParenthesis, "',' or ')' after the argument");
  return out;
}

std::size_t least_arguments(ExternalReference::Kind kind) {
  return kind == ExternalReference::Kind::Constants ? 3 : 4;
}

}  // namespace

std::optional<ExternalReference::Kind> external_kind(std::string_view key) {
  for (const std::string_view source : {"get_xls_", "get_direct_"}) {
    if (!key.starts_with(source)) continue;
    const std::string_view what = key.substr(source.size());
    if (what == "data") return ExternalReference::Kind::Data;
    if (what == "constants") return ExternalReference::Kind::Constants;
    if (what == "lookups") return ExternalReference::Kind::Lookups;
    if (what == "subscript") return ExternalReference::Kind::Subscript;
  }
  return std::nullopt;
}

ExternalReference parse_external(ExternalReference::Kind kind, const Token& function, TokenStream& tokens) {
  using Kind = ExternalReference::Kind;
  ExternalReference out;
  out.kind = kind;
  out.direct = key_of(name_text(function.text)).starts_with("get_direct_");
  const std::vector<std::string> texts = parse_texts(function, tokens);
  if (tokens.failed()) return out;
  if (texts.size() < least_arguments(kind)) {
    tokens.fail(function.location, DiagnosticCode::WrongArity,
                shown(function.text) + " needs at least " + std::to_string(least_arguments(kind)) +
                    " arguments, not " + std::to_string(texts.size()));
    return out;
  }
  std::size_t next = 0;
  out.file = texts[next++];
  out.tab = texts[next++];
  if (kind == Kind::Constants) {
    out.cell = texts[next++];
  } else if (kind == Kind::Subscript) {
    out.cell = texts[next++];
    out.row_or_col = texts[next++];
    if (next < texts.size()) out.prefix = texts[next++];
  } else {
    out.row_or_col = texts[next++];
    out.cell = texts[next++];
  }
  for (; next < texts.size(); ++next) {
    out.delay_or_map += (out.delay_or_map.empty() ? "" : ",") + texts[next];
  }
  return out;
}

}  // namespace flowyard::controller::model::vensim
