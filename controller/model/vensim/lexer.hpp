// Lexer: cuts the text of a Vensim model into tokens (equations) and raw fields (units, comments), in one
// forward pass. Owned by one read(); single-threaded. Reports what can be no token and goes on.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "controller/model/diagnostics.hpp"
#include "controller/model/vensim/token.hpp"

namespace flowyard::controller::model::vensim {

class Lexer {
 public:
  // `text` as decode() gives it; it must outlive the lexer and its tokens.
  Lexer(std::string_view text, Diagnostics& diagnostics) : text_(text), diagnostics_(diagnostics) {}

  // Skips blanks, line ends, continuations and {comments}.
  void skip_blanks();
  // At the end of the file or at the sketch, which nobody reads.
  bool at_end() const { return at_ >= text_.size(); }
  bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  SourceLocation location() const { return {.file = 0, .line = line_, .column = column_}; }

  // The next token of an equation; End (again and again) before `~`, `|`, the sketch or the end of the file.
  Token next();
  // A token could not be read since the last call.
  bool take_failed() { return std::exchange(failed_, false); }

  // The raw text up to the next `~`, `|`, sketch or end of file, which is not consumed.
  std::string_view field();
  // The raw text up to the end of the line.
  std::string_view rest_of_line();
  // Consumes `c` if it comes next.
  bool accept(char c);

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void advance(std::size_t count);
  std::size_t continuation_length(std::size_t at) const;
  std::size_t blank_length(std::size_t at) const;
  bool sketch_at(std::size_t at) const;
  std::size_t comment_end();
  void skip_comment();
  void fail(SourceLocation location, DiagnosticCode what, std::string message);

  Token make(TokenKind kind, std::size_t length, bool first_on_line);
  Token name(bool first_on_line);
  Token quoted_name(bool first_on_line);
  Token number_or_name(bool first_on_line);
  Token quoted_text(bool first_on_line);
  Token colon(bool first_on_line);
  Token symbol(bool first_on_line);
  std::size_t name_end(std::size_t at) const;
  std::size_t quoted_end(std::size_t at) const;

  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::int32_t line_ = 1;
  std::int32_t column_ = 1;
  bool line_end_seen_ = false;
  bool failed_ = false;
  bool no_more_closing_braces_ = false;
  bool unbalanced_braces_ = false;
};

// `text` of a Name or Text token without continuations, blanks squeezed (Name) or kept (Text).
std::string name_text(std::string_view text);
std::string literal_text(std::string_view text);

}  // namespace flowyard::controller::model::vensim
