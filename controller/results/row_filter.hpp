// RowFilter: which rows of a table of results are wanted, as `growth_rate > 0.05 and region == "north"` says
// it. The language is that of formulas (controller/model/formula): its operators over the names of columns,
// quoted where a formula would quote them. Beside a column of text, a name that is no column of text is a
// text; 'single quotes' always are. Texts are compared with == and != only. A comparison with a cell that has
// no value is false; `x == :NA:` asks for just those. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/results/result_table.hpp"

namespace flowyard::controller::results {

// The column of that name: as it is written, else as formulas compare names, without regard to capitals and
// to blanks or underscores. An Error that says what is meant where there is none.
Result<std::size_t> find_column(std::string_view name, const std::vector<ResultColumn>& columns);

class RowFilter {
 public:
  // Lets every row through.
  RowFilter() = default;
  // Errors have the place in the text: "where:1:15".
  static Results<RowFilter> create(std::string_view text, const std::vector<ResultColumn>& columns);

  bool is_open() const { return root_.kind == Kind::True; }
  bool lets_through(const std::vector<Cell>& cells) const;

 private:
  enum class Kind { True, Number, Text, NumberColumn, TextColumn, NotAvailable, Operation };
  enum class Operator {
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Modulo,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    SameText,
    OtherText,
    Absent,
    Present,
    And,
    Or,
    Not,
  };
  struct Node {
    Kind kind = Kind::True;
    Operator operation = Operator::Not;
    double number = 0;
    std::string text = {};
    std::size_t column = 0;
    std::vector<Node> operands = {};
  };
  class Checker;

  static bool truth_of(const Node& node, const std::vector<Cell>& cells);
  static double number_of(const Node& node, const std::vector<Cell>& cells);
  static const std::string* text_of(const Node& node, const std::vector<Cell>& cells);

  Node root_;
};

}  // namespace flowyard::controller::results
