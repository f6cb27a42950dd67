// Expression: the syntax tree that all readers produce and the compiler consumes. A plain value; trees are
// at most `kMaxExpressionDepth` deep, which readers must enforce so that no recursion over a tree can
// exhaust the stack.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controller/model/lookup.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model {

// Of trees: a sum of so many terms is so deep. Those who walk a tree take some 2 KB of stack for a level.
inline constexpr int kMaxExpressionDepth = 1000;
// Of brackets, calls and signs in a text: parsers take more for each.
inline constexpr int kMaxNesting = 200;

// A place in one of `Model::files`; line and column are 1-based, line 0 means "not known".
struct SourceLocation {
  std::int32_t file = 0;
  std::int32_t line = 0;
  std::int32_t column = 0;

  bool operator==(const SourceLocation&) const = default;
};

struct Expression;

// One index between brackets, on either side of an equation.
struct Subscript {
  enum class Kind {
    Name,      // name: an element, a dimension or a sub-range, with `offset` added to the position
    Bang,      // name!: aggregate over the dimension or sub-range (Vensim)
    Wildcard,  // *: aggregate over, or take whole, whatever dimension stands here (XMILE); a Vensim reader
               // gives Bang instead
    Position,  // @n: the index of the n-th dimension of the left-hand side (1-based, `position`)
    Index,     // operands[0]: a 1-based position computed while running, e.g. [INT(x)] or [3]
    Range,     // operands[0] : operands[1]: positions (numbers) or element names (references), both included
  };
  Kind kind = Kind::Name;
  Name name = {};
  int offset = 0;                    // Name only: [t-1] where t is a dimension
  int position = 0;                  // Position only
  std::vector<Expression> operands;  // no `= {}`: Expression is still incomplete here
  SourceLocation location = {};
};

enum class UnaryOperator { Minus, Plus, Not };

enum class BinaryOperator {
  Add,
  Subtract,
  Multiply,
  Divide,
  Power,
  Modulo,  // XMILE `mod`; Vensim's MODULO is a call
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  And,
  Or,
};

// References to numbers outside the model: the arguments of the GET XLS / GET DIRECT calls.
struct ExternalReference {
  enum class Kind { Data, Constants, Lookups, Subscript };
  Kind kind = Kind::Data;
  std::string file = {};  // as written: 'data.xlsx', '?data', 'data.csv'
  std::string tab = {};   // sheet name; for CSV the separator as written (',' or '\t' ...)
  std::string row_or_col =
      {};                   // of the times or x values ("4" a row, "A" a column); Subscript: the last cell
  std::string cell = {};    // first value ("B5", "B5*" runs down); Subscript: the first cell
  std::string prefix = {};  // Subscript only: put before each element's name
  std::string delay_or_map = {};  // any further argument, as written
  bool direct = false;            // GET DIRECT ..., which reads as GET XLS ... but for gaps among the times
};

// How a node's fields are used:
//   Number         number
//   NotAvailable   (:NA:)
//   Reference      name, subscripts; a variable, `time`, or inside an aggregation a dimension's name used as
//                  a number (the 1-based position of the current element)
//   Unary          unary, arguments[0]
//   Binary         binary, arguments[0..1]
//   Call           name (the function, macro or lookup variable as written), subscripts (of a lookup
//                  variable: table[A1](x)), arguments. Readers do not resolve it: any name before `(` is
//                  a Call. `if a then b else c` is the Call "IF THEN ELSE". Optional arguments that were
//                  left out at the end are simply absent. `text`, where not empty, is the key of the
//                  macro's output that is meant instead of its value.
//   WithLookup     arguments[0] looked up in `lookup`: WITH LOOKUP(x, (points))
//   LookupLiteral  `lookup` itself, where it stands as an argument of a call
//   ArrayLiteral   arguments, row-major; `row_length` is the length of the innermost rows. Vensim
//                  `1,2,3; 4,5,6;` and TABBED ARRAY, YAML lists. Fills the left-hand ranges in order.
//   Text           text: a quoted string argument of a call, without its quotes
//   External       external: GET XLS/DIRECT ..., replaced by numbers before compilation
//   Missing        no expression: a lookup, a data variable fed from outside, a stock with named flows
//   Transpose      arguments[0], a Reference: XMILE a'
struct Expression {
  enum class Kind {
    Missing,
    Number,
    NotAvailable,
    Reference,
    Unary,
    Binary,
    Call,
    WithLookup,
    LookupLiteral,
    ArrayLiteral,
    Text,
    External,
    Transpose,
  };

  Kind kind = Kind::Missing;
  UnaryOperator unary = UnaryOperator::Minus;
  BinaryOperator binary = BinaryOperator::Add;
  double number = 0;
  Name name = {};
  std::string text = {};
  std::vector<Subscript> subscripts = {};
  std::vector<Expression> arguments = {};
  int row_length = 0;
  // Shared because trees are copied when macros are expanded, and tables are large and never change.
  std::shared_ptr<const Lookup> lookup = {};
  std::shared_ptr<const ExternalReference> external = {};
  SourceLocation location = {};

  bool present() const { return kind != Kind::Missing; }
};

// Shorthands to create nodes.
Subscript subscript(Name name, SourceLocation location = {});  // Kind::Name
Expression number(double value, SourceLocation location = {});
Expression not_available(SourceLocation location = {});
Expression reference(Name name, std::vector<Subscript> subscripts = {}, SourceLocation location = {});
Expression unary(UnaryOperator op, Expression operand, SourceLocation location = {});
Expression binary(BinaryOperator op, Expression left, Expression right, SourceLocation location = {});
Expression binary(BinaryOperator op,
                  SourceLocation location);  // with room for its two arguments, which are still to come
Expression call(Name function, std::vector<Expression> arguments, SourceLocation location = {});
Expression with_lookup(Expression x, Lookup table, SourceLocation location = {});
Expression lookup_literal(Lookup table, SourceLocation location = {});
Expression array_literal(std::vector<Expression> values, int row_length, SourceLocation location = {});
Expression text(std::string value, SourceLocation location = {});
Expression external(ExternalReference reference, SourceLocation location = {});

}  // namespace flowyard::controller::model
