// Where a template names what else the app has: the method that handles an event, a template.

import { placeOf, type Place } from '../place'

const BINDING = String.raw`(?:capture-bind|capture-catch|mut-bind|bind|catch)[\w:-]*\s*=\s*`

/** Of the first attribute that binds an event to the method; undefined where its name is made at run time. */
export function placeOfHandler(wxml: string, method: string): Place | undefined {
  const name = method.replace(/[^\w]/g, String.raw`\$&`)
  const index = wxml.search(new RegExp(`${BINDING}(["'])\\s*${name}\\s*\\1`))
  return index < 0 ? undefined : placeOf(wxml, index)
}

/** Line of the first use of a template by its name; 1 where the name is made at run time. */
export function lineOfUse(wxml: string, template: string): number {
  const name = template.replace(/[^\w]/g, String.raw`\$&`)
  const index = wxml.search(new RegExp(`<template\\b[^>]*\\bis\\s*=\\s*(["'])${name}\\1`))
  return placeOf(wxml, index).line
}
