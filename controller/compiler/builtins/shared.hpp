// Functions that others are built from, declared for all files of this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/scope.hpp"
#include "controller/compiler/lower/synthesized_state.hpp"

namespace flowyard::controller::compiler {

class LowerContext;

// SUM, PROD, VMIN, VMAX (Vensim); SUM, PROD, MIN, MAX, MEAN, STDDEV (XMILE); before Stella 10 ARRAYSUM,
// ARRAYMEAN, ARRAYSTDDEV.
NodeId aggregate(LowerContext& lowering, const Expression& e, const Context& context);
// INITIAL(x): x at the start, for good.
NodeId initial(LowerContext& lowering, const Expression& e, const Context& context);
int order_of(LowerContext& lowering, const Expression& e, std::size_t at, const Context& context);
// The time that the material spends in one stage.
NodeId delay_stage_time(LowerContext& lowering, const Expression& e, const Context& context,
                        const DelayStage& stage);
NodeId delay_outflow(LowerContext& lowering, const Expression& e, const Context& context,
                     const DelayStage& stage);
NodeId infinity(LowerContext& lowering, const Expression&, const Context&);
// The stream of random numbers of a place in an equation, for the element that the context stands at.
std::uint32_t stream_of(LowerContext& lowering, const Expression& e, const Context& context);
// A uniform number of that stream, from 0 to 1.
NodeId uniform(LowerContext& lowering, const Expression& e, const Context& context);
// The values of a vector along its range, all of them, in order; `own` is the position of the element that
// the context stands at.
std::vector<NodeId> vector_values(LowerContext& lowering, const Expression& e, const Context& context,
                                  std::size_t& own);
NodeId block_at(LowerContext& lowering, Opcode opcode, std::vector<NodeId> operands, std::size_t count,
                std::size_t which);
// The value at a 1-based position, not available outside.
NodeId at_position(LowerContext& lowering, NodeId position, const std::vector<NodeId>& values);

}  // namespace flowyard::controller::compiler
