#include "controller/model/graph.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::model {
namespace {

Model teacup() {
  Model model;
  model.name = "Teacup";
  Variable stock{.name = "Temperature",
                 .kind = VariableKind::Stock,
                 .equations = {Equation{.initial = reference("start")}}};
  stock.outflows = {"loss"};
  Variable flow{.name = "loss",
                .kind = VariableKind::Flow,
                .equations = {Equation{.expression = binary(BinaryOperator::Subtract,
                                                            reference("temperature"), reference("Time"))}}};
  Variable constant{
      .name = "start", .kind = VariableKind::Constant, .equations = {Equation{.expression = number(180)}}};
  model.variables = {stock, flow, constant};
  return model;
}

TEST(Graph, DrawsStocksAndFlows) {
  EXPECT_EQ(to_dot(teacup(), GraphKind::StockAndFlow),
            "digraph \"Teacup\" {\n"
            "  rankdir=LR;\n"
            "  node [fontname=\"Helvetica\", fontsize=10];\n"
            "  v0 [label=\"Temperature\", shape=box];\n"
            "  v1 [label=\"loss\", shape=invtriangle];\n"
            "  v2 [label=\"start\", shape=plaintext];\n"
            "  v0 -> v1 [penwidth=3, color=\"gray40\", arrowhead=none];\n"
            "  cloud0 [label=\"\", shape=ellipse, style=dashed, width=0.3, height=0.2];\n"
            "  v1 -> cloud0 [penwidth=3, color=\"gray40\", arrowhead=normal];\n"
            "  v2 -> v0 [style=dashed];\n"
            "  v0 -> v1;\n"
            "}\n");
}

TEST(Graph, DrawsCausalLoopsWithSigns) {
  const std::string dot = to_dot(teacup(), GraphKind::CausalLoops);
  EXPECT_NE(dot.find("  v1 -> v0 [label=\"-\"];\n"), std::string::npos);
  EXPECT_NE(dot.find("  v0 -> v1;\n"), std::string::npos);
  EXPECT_EQ(dot.find("cloud"), std::string::npos);
}

}  // namespace
}  // namespace flowyard::controller::model
