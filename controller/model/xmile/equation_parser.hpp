// equation_parser: the parser of one XMILE equation, by recursive descent; equation.hpp is the entry. Lives
// as long as one equation is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/model/xmile/equation.hpp"
#include "controller/model/xmile/lexer.hpp"

namespace flowyard::controller::model::xmile {

// A tree with its height, so that the limit costs nothing to check.
struct Tree {
  Expression node;
  int height = 1;
};

struct Operator;

inline constexpr int kLowestPrecedence = 1;

class Parser {
 public:
  Parser(const Text& text, const Scope& scope)
      : text_(text), scope_(scope), lexed_(tokenize(text.value)), tokens_(lexed_.list) {}

  // Missing where the text is empty or an error was found.
  Expression run();

 private:
  const Token& peek(std::size_t ahead = 0) const;
  bool symbol(std::string_view text, std::size_t ahead = 0) const;
  bool take(std::string_view text);
  bool expect(std::string_view text);
  SourceLocation location(const Token& token) const;

  // All equations of the file share one budget: a tree takes far more memory than its text.
  bool exhausted();
  // The equation around `token`, short enough for one line.
  std::string quoted(const Token& token) const;
  Tree fail(const Token& token, DiagnosticCode what, const std::string& message,
            ErrorCode code = ErrorCode::Invalid);
  Tree unexpected(const std::string& wanted);
  bool too_deep(int height, int most = kMaxExpressionDepth);

  Tree join(BinaryOperator op, bool safe, Tree left, Tree right, const Token& at);
  const Operator* binary_operator() const;
  Tree expression(int precedence);
  Tree unary_or_power();
  Tree power();
  Tree primary();
  Tree condition();
  // A name of several words that should have been quoted, if the file declares such a one.
  Name joined_name();
  Tree named();
  Expression reference_to(Name name, std::vector<Subscript> subscripts, SourceLocation at) const;
  Tree arguments(Name function, std::vector<Subscript> subscripts, const Token& at);
  // "1, 2; 3, 4": the elements of an array in order, as Vensim exports them.
  Tree elements(Tree first);

  // equation_subscripts.cpp
  std::vector<Subscript> subscript_list(int& height);
  Subscript subscript(int& height);
  Subscript wildcard(Subscript made);
  Subscript whole_dimension(Subscript made);
  Subscript position(Subscript made);
  Subscript classify(Subscript made, Tree tree, int& height);
  // The element or dimension that `node` names; dimension.element names the element.
  std::optional<Name> subscript_name(const Expression& node) const;
  // dimension + 1, dimension - 1
  std::optional<int> offset_of(const Expression& node) const;

  const Text& text_;
  const Scope& scope_;
  Tokens lexed_;
  const std::vector<Token>& tokens_;
  std::size_t next_ = 0;
  int nesting_ = 0;
  bool sizing_ = false;  // within SIZE( )
  bool failed_ = false;
};

}  // namespace flowyard::controller::model::xmile
