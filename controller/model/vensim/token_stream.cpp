#include "controller/model/vensim/token_stream.hpp"

#include <algorithm>

#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {

const Token& TokenStream::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token TokenStream::take() {
  Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenStream::accept(TokenKind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

bool TokenStream::accept(Keyword keyword) {
  if (!at(keyword)) return false;
  take();
  return true;
}

bool TokenStream::expect(TokenKind kind, const char* what) {
  if (accept(kind)) return true;
  fail_expecting(what);
  return false;
}

void TokenStream::fail(SourceLocation location, DiagnosticCode what, std::string message, ErrorCode code) {
  if (!failed_) diagnostics_.error(location, what, std::move(message), code);
  failed_ = true;
  at_ = tokens_.size() - 1;
}

void TokenStream::fail_expecting(const std::string& what) {
  const Token& token = peek();
  const std::string found = token.kind == TokenKind::End ? "the end of the equation" : shown(token.text);
  fail(token.location, DiagnosticCode::Syntax, "expected " + what + " but found " + found);
}

void TokenStream::count_nodes(std::size_t count) {
  if (budget_.nodes < count) {
    fail(peek().location, DiagnosticCode::TooLarge,
         "the model is too large: more than 3,000,000 numbers, names and operators", ErrorCode::Limit);
    return;
  }
  budget_.nodes -= count;
}

void TokenStream::count_element(std::size_t bytes) {
  if (budget_.elements == 0 || budget_.element_bytes < bytes) {
    fail(peek().location, DiagnosticCode::TooLarge,
         "too many subscript elements: at most 1,000,000 in a model", ErrorCode::Limit);
    return;
  }
  --budget_.elements;
  budget_.element_bytes -= bytes;
}

}  // namespace flowyard::controller::model::vensim
