# What `cmake --install` puts where, and the .deb of the same files. deploy/package builds the latter.
include(GNUInstallDirs)

# flowyard looks for flowyard-worker beside itself.
install(TARGETS flowyard flowyard-worker)
install(FILES deploy/man/flowyard.1 deploy/man/flowyard-worker.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY experiments DESTINATION ${CMAKE_INSTALL_DATADIR}/flowyard)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN checklists EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# The license, then those of what is part of the program: Debian has each beside the package that it came from.
file(READ LICENSE copyright)
foreach(part IN ITEMS "DejaVu Sans, the font of charts|fonts-dejavu-core" "Anti-Grain Geometry, which draws them|libagg-dev")
  string(REPLACE "|" ";" part "${part}")
  list(GET part 0 title)
  list(GET part 1 package)
  string(APPEND copyright "\n\nPart of the program flowyard: ${title} (Debian package ${package})\n\n")
  if(EXISTS /usr/share/doc/${package}/copyright)
    file(READ /usr/share/doc/${package}/copyright terms)
    string(APPEND copyright "${terms}")
  endif()
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/copyright "${copyright}")
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/systemd/flowyard.service DESTINATION lib/systemd/system)
install(FILES deploy/systemd/flowyard.sysusers DESTINATION lib/sysusers.d RENAME flowyard.conf)

# Each shell looks in a folder of its own, for a name of its own.
set(completions ${CMAKE_BINARY_DIR}/completions)
foreach(shell IN ITEMS bash zsh fish)
  add_custom_command(OUTPUT ${completions}/${shell} DEPENDS flowyard VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
    COMMAND flowyard completion ${shell} > ${completions}/${shell})
  list(APPEND completion_files ${completions}/${shell})
endforeach()
add_custom_target(completions ALL DEPENDS ${completion_files})
install(FILES ${completions}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME flowyard)
install(FILES ${completions}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _flowyard)
install(FILES ${completions}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME flowyard.fish)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME flowyard)
set(CPACK_PACKAGE_CONTACT "The Flowyard maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "system-dynamics models under many scenarios, in containers")
set(CPACK_PACKAGE_DESCRIPTION
  "Runs a Vensim, XMILE or YAML model under named scenarios, sweeps and Monte Carlo designs, each in an isolated container, and brings results, logs and causes of failure home.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Without an Engine workers are processes.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS docker.io)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/postinst)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
