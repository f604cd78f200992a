public import ArgumentParser
public import NIOExtras
public import ServiceLifecycle
public import Logging
