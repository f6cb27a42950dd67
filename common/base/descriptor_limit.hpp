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

// The soft limit that this process was started with, to be restored for its children.
std::size_t inherited_descriptor_limit();

// Whether opening one more descriptor keeps the `spare` highest ones free. The kernel assigns the lowest free
// number, so code that checks before it opens never uses those.
bool descriptors_remain(std::size_t spare);

// Whether this failure is a shortage of a resource that others may release: descriptors, disk space, kernel
// memory. Worth retrying.
bool is_shortage(const std::exception& error);

}  // namespace flowyard
