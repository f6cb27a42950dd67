// How many descriptors (files, sockets) this process may have open. The soft limit is often 1024, for the
// sake of programs that use select(); the hard one is meant for servers. Any thread.
#pragma once

#include <cstddef>
#include <exception>

namespace flowyard {

// Raises the soft limit to the hard one; does nothing where that is refused. Once, at the start of a program.
void raise_descriptor_limit();

// The soft limit now.
std::size_t descriptor_limit();

// The soft limit that this process was started with: what its children are to get.
std::size_t inherited_descriptor_limit();

// Whether the next descriptor to be opened leaves the topmost `spare` ones alone. The kernel gives the lowest
// free number, so that whoever asks before it opens can never take those.
bool descriptors_remain(std::size_t spare);

// Whether this failure passes by itself once somebody gives back what there is too little of: descriptors,
// room on the disk, memory of the kernel. Worth waiting for, and nobody's fault.
bool is_shortage(const std::exception& error);

}  // namespace flowyard
