// Translator: straight-line code, for the lanes of one strip, as machine code. Values stay in vector
// registers from where they are made to where they are used; the ones used latest make room (Belady 1966).
// What has no short form in AVX2 is a call of the kernels.
//
// The code expects the strip's slots in rbx, its constants in rbp and its Frame in r12; it leaves rbx, rbp,
// r12 and r13 as they are.
#pragma once

#include <functional>

#include "worker/engine/kernels.hpp"
#include "worker/engine/native/assembler.hpp"
#include "worker/engine/native/rerolled_loop.hpp"

namespace flowyard::worker::engine::native {

using StepHookCall = void (*)(Frame& strip, StepHook hook);

struct Layout {
  std::size_t stride = 8;  // lanes from slot to slot; a multiple of 8, or 1 for a lane alone
  unsigned vectors = 2;    // of four lanes each, handled together: 1, 2 or 4
  unsigned copies = 1;     // of the code in a row, each for other lanes, which the processor overlaps
  std::size_t slots = 0;
  StepHookCall hook = nullptr;

  bool alone() const { return stride == 1; }
  // Kernels take 8 lanes or one. With one vector the others do not matter.
  std::size_t strip_lanes() const {
    if (alone()) return 1;
    return vectors == 1 ? 8 : std::size_t{4} * vectors * copies;
  }
};

// Stack space from rsp on that the code may use.
inline constexpr std::size_t kStackBytes = 32 * kMostOwn;
inline constexpr General kSlotsBase = General::Rbx;
inline constexpr General kFrameBase = General::R12;

// Writes the code of one iteration. It may be jumped back to from behind it, to where `begin_iteration` was
// called.
void translate(Assembler& out, const Program& program, const Layout& layout, const CodeItems& items,
               const SlotSet& live, const std::function<void()>& begin_iteration);

}  // namespace flowyard::worker::engine::native
