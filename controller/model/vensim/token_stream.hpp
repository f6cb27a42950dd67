// TokenStream: the tokens of one equation, and the first error in it. After an error the stream stands at
// its end, so that every parsing loop finishes by itself. Owned by the reader; single-threaded.
#pragma once

#include <string>
#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/vensim/token.hpp"

namespace flowyard::controller::model::vensim {

// The budget of one file, so that none can exhaust its host (some hundred megabytes at most).
struct Budget {
  std::size_t nodes = 3'000'000;  // expressions, subscripts, points
  std::size_t elements = kMaxDimensionElements;
  std::size_t element_bytes = 64U << 20U;  // names of expanded ranges
};

class TokenStream {
 public:
  // `tokens` ends with an End token.
  TokenStream(std::vector<Token> tokens, Diagnostics& diagnostics, Budget& budget)
      : tokens_(std::move(tokens)), diagnostics_(diagnostics), budget_(budget) {}

  const Token& peek(std::size_t ahead = 0) const;
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at(Keyword keyword) const { return at(TokenKind::Keyword) && peek().keyword == keyword; }
  Token take();
  bool accept(TokenKind kind);
  bool accept(Keyword keyword);
  // Takes the token or fails with "expected `what` but found ...".
  bool expect(TokenKind kind, const char* what);

  // Reports the first error and goes to the end. The second form is about the next token.
  void fail(SourceLocation location, DiagnosticCode what, std::string message,
            ErrorCode code = ErrorCode::Invalid);
  void fail_expecting(const std::string& what);
  bool failed() const { return failed_; }

  // Takes from the budget; fails where nothing is left.
  void count_nodes(std::size_t count);
  void count_element(std::size_t bytes);

  // Every token of the equation, taken or not.
  const std::vector<Token>& all() const { return tokens_; }

  Diagnostics& diagnostics() { return diagnostics_; }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
  Diagnostics& diagnostics_;
  Budget& budget_;
};

}  // namespace flowyard::controller::model::vensim
